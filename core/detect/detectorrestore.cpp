// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/detectorrestore.h"

#include "core/detect/rules/geographicalanomaly.h"
#include "core/detect/rules/temporalanomaly.h"

#include <utility>

namespace bartizan {

DetectorRestore::DetectorRestore(Detector &detector, TimestampMs asOf, std::function<void(EventView &)> enrich)
    : m_detector(detector), m_asOf(asOf), m_enrich(std::move(enrich))
{
    m_detector.clearState();
    m_detector.advanceTo(asOf);
}

DetectorRestore::~DetectorRestore()
{
    if (!m_finished)
        m_detector.clearState();
}

void DetectorRestore::windowRow(const AuditEvent &known)
{
    m_detector.expireSometimes();
    EventView row = EventView::of(known);
    if (m_enrich)
        m_enrich(row);
    EventKeys keys;
    RuleEvent event(row, m_detector.localHourOf(row.timestamp), m_detector.m_readers, keys);
    event.setKept();
    // The others have their history in numbers.
    const bool own = known.origin == RowOrigin::Monitor;
    for (Rule *rule : planFor(own ? m_detector.m_plansOwn : m_detector.m_plans, row).rules) {
        if (rule->window() > 0)
            rule->see(event, nullptr);
    }
    if (row.timestamp == m_asOf)
        m_detector.m_temporal->noteNewest(row.eventType, row.timestamp);
    m_detector.m_tracker.trim();
}

void DetectorRestore::processedRow(const DetectorHistory::ProcessedRow &row)
{
    m_detector.m_volume.observeProcessed(row.at, true);
}

void DetectorRestore::processedMinute(const DetectorHistory::MinuteCount &minute)
{
    if (m_detector.m_config.isOn(RuleId::TemporalAnomaly))
        m_detector.m_temporal->restore(minute, m_detector.localHourOf(minute.minute), true);
}

void DetectorRestore::typeMinute(const DetectorHistory::MinuteCount &minute)
{
    if (m_detector.m_config.isOn(RuleId::TemporalAnomaly))
        m_detector.m_temporal->restore(minute, m_detector.localHourOf(minute.minute), false);
}

void DetectorRestore::country(const DetectorHistory::KnownCountry &known)
{
    if (!m_detector.m_config.isOn(RuleId::GeographicalAnomaly))
        return;
    m_detector.expireSometimes();
    m_detector.m_geographical->restore(known, m_detector.m_readers.keys);
    m_detector.m_tracker.trim();
}

void DetectorRestore::raised(const DetectorHistory::RaisedAlert &alert)
{
    m_detector.observeAlert(alert);
}

void DetectorRestore::finish()
{
    m_detector.m_geographical->settle();
    m_detector.scheduleAfter(m_detector.m_newest);
    m_finished = true;
}

} // namespace bartizan
