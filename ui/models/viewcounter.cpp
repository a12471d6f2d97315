// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/viewcounter.h"

#include "ui/models/alertmodel.h"

#include <QElapsedTimer>

#include <algorithm>

namespace bartizan {
namespace {

/// Changes that follow each other are counted together, in milliseconds.
constexpr int kPause = 300;
/// This long in one go, in milliseconds, so that what somebody waits for in the same turn is not late for it; and this many
/// alerts between two looks at the time.
constexpr qint64 kSlice = 3;
constexpr AlertRecords::Number kStep = 1024;

} // namespace

ViewCounter::ViewCounter(const AlertModel *model, QObject *parent)
    : QObject(parent)
    , m_model(model)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPause);
    m_slices.setInterval(0);
    connect(&m_pause, &QTimer::timeout, this, &ViewCounter::start);
    connect(&m_slices, &QTimer::timeout, this, &ViewCounter::goOn);
    connect(model, &AlertModel::countsChanged, this, [this] {
        if (m_records && m_records != &m_model->records()) {
            m_slices.stop(); // Those that were being counted are gone.
            m_records = nullptr;
        }
        m_again = m_records != nullptr;
        if (!m_records && !m_pause.isActive())
            m_pause.start();
    });
}

void ViewCounter::setFilters(std::vector<Filter> filters)
{
    m_filters = std::move(filters);
    start();
}

void ViewCounter::followTime()
{
    const FilterMoment now = m_model->moment();
    const bool same = std::all_of(m_filters.begin(), m_filters.end(),
                                  [&](const Filter &filter) { return haveSameTimes(filter, m_moment, now); });
    if (same)
        return;
    if (m_records)
        m_again = true;
    else
        start();
}

void ViewCounter::start()
{
    m_pause.stop();
    m_moment = m_model->moment();
    m_records = &m_model->records();
    m_matchers.clear();
    for (const Filter &filter : m_filters) {
        m_matchers.emplace_back(*m_records);
        m_matchers.back().setFilter(filter, m_moment);
    }
    m_counts.assign(m_filters.size(), 0);
    m_next = 0;
    m_again = false;
    m_slices.start();
}

void ViewCounter::goOn()
{
    if (m_model->isFiltering())
        return; // Somebody waits for that.
    QElapsedTimer time;
    time.start();
    const auto size = static_cast<AlertRecords::Number>(m_records->size());
    std::vector<std::uint8_t> passes;
    while (m_next < size && time.elapsed() < kSlice) {
        const AlertRecords::Number end = std::min(m_next + kStep, size);
        passes.resize(end - m_next);
        for (std::size_t i = 0; i < m_matchers.size(); ++i) {
            m_matchers[i].pass(m_next, passes);
            for (AlertRecords::Number number = m_next; number < end; ++number) {
                const bool listed = (*m_records)[number].state == AlertRecords::State::Listed;
                m_counts[i] += listed && passes[number - m_next] == AlertMatcher::Everything ? 1 : 0;
            }
        }
        m_next = end;
    }
    if (m_next < size)
        return;
    m_slices.stop();
    m_records = nullptr;
    m_matchers.clear();
    Q_EMIT counted(m_counts);
    if (std::exchange(m_again, false))
        m_pause.start();
}

} // namespace bartizan
