// SPDX-License-Identifier: GPL-3.0-or-later
// What the detector holds: saved and loaded, and looked at.
#include "core/detect/detector.h"
#include "core/detect/nearmisslist.h"

#include <QCoreApplication>

#include <algorithm>

namespace bartizan {
namespace {

constexpr std::uint64_t kMagic = 0x0005'7461'7473'7a42; // "Bzstat", then the version.

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::Detector", text);
}

/// The key of an event type's group.
KeyId eventTypeKey(std::string_view name)
{
    const auto type = fromString<SecurityEventType>(name);
    return type ? static_cast<KeyId>(*type) + 1 : kNoKey;
}

} // namespace

TimestampMs Detector::historySpan() const
{
    TimestampMs longest = m_volume.isOn() ? m_volume.window() : 0;
    for (const auto &rule : m_rules) {
        if (m_config.isOn(rule->info().id))
            longest = std::max(longest, rule->window());
    }
    return longest;
}

void Detector::clearState()
{
    for (const auto &rule : m_rules)
        rule->clear();
    m_volume.clear();
    m_suppression.clear();
    for (KeyTable &table : m_readers.keys)
        table.clear();
    m_readers.forgetNumbers();
    m_newest = std::numeric_limits<TimestampMs>::min();
    m_untilCalm = kCalmAfter;
}

void Detector::observeAlert(const DetectorHistory::RaisedAlert &alert)
{
    m_suppression.raised(alert.type, groupOf(alert), alert.timestamp, alert.id);
}

SuppressionGroup Detector::groupOf(const DetectorHistory::RaisedAlert &alert)
{
    RuleKeys &keys = m_readers.keys;
    if (m_config.preset == Preset::Reference)
        return {GroupKind::Address, keys.intern(KeySpace::Addresses, alert.ipAddress.value_or(std::string()))};
    const GroupParts parts = groupParts(alert.group);
    if (hasKeySpace(parts.kind))
        return {parts.kind, keys.intern(keySpaceOf(parts.kind), parts.value)};
    return {parts.kind, parts.kind == GroupKind::EventType ? eventTypeKey(parts.value) : kNoKey};
}

std::vector<NearMiss> Detector::nearMisses(TimestampMs now, std::size_t limit) const
{
    NearMissList list(limit, [&](RuleId rule, GroupKind kind, KeyId key) {
        return m_suppression.holds(ruleInfo(rule).type, {kind, key}, now, m_config.alerting.suppressDuplicateMinutes);
    });
    for (const auto &rule : m_rules) {
        if (m_config.isOn(rule->info().id))
            rule->offerNearMisses(now, m_readers.keys, list);
    }
    return list.take();
}

DetectorLoad Detector::load() const
{
    std::size_t bytes = m_suppression.bytes() + m_volume.bytes() + m_readers.addresses.bytes() + m_readers.users.bytes();
    for (const auto &rule : m_rules)
        bytes += rule->bytes();
    for (const KeyTable &table : m_readers.keys)
        bytes += table.bytes();
    return {static_cast<std::int64_t>(m_tracker.held()), m_tracker.evicted() + m_suppression.evicted(),
            static_cast<std::int64_t>(bytes)};
}

/// The settings that decide what the state holds. Thresholds do not: they are asked when an event is judged.
std::string Detector::settingsOfState() const
{
    std::string result = m_config.preset == Preset::Reference ? "reference" : "standard";
    result += ' ' + std::to_string(m_config.trackedKeys);
    for (const RuleInfo &rule : ruleCatalog()) {
        result += m_config.isOn(rule.id) ? " +" : " -";
        for (std::size_t i = 0; i < rule.parameterCount; ++i) {
            if (rule.parameterSlots[i].unit == RuleUnit::Seconds)
                result += std::to_string(m_config.value(rule.id, i)) + ',';
        }
    }
    // A zone by its offsets at noon of every day, as far as it knows any.
    std::string offsets;
    std::size_t hint = 0;
    for (TimestampMs t = kDay / 2; t < daysFromCivil(2038, 1, 1) * kDay; t += kDay)
        offsets += static_cast<char>(m_zone.offsetAt(t, hint) / (15 * kMinute));
    return result + ' ' + std::to_string(stateChecksum(offsets));
}

void Detector::save(std::string &out) const
{
    std::string body;
    StateWriter writer(body);
    writer.text(settingsOfState());
    writer.put(m_newest);
    writer.put(m_start.value_or(0));
    writer.put(m_start.has_value());
    writer.put(m_nextVolume);
    writer.put(m_nextHourly);
    writer.put(m_untilCalm);
    writer.put(m_tracker.evicted());
    writer.put(m_suppression.evicted());
    for (const KeyTable &table : m_readers.keys) {
        writer.put(static_cast<std::uint64_t>(table.limit()));
        for (std::size_t key = 1; key < table.limit(); ++key)
            writer.text(table.text(static_cast<KeyId>(key)));
    }
    for (const auto &rule : m_rules)
        rule->save(writer);
    m_volume.save(writer);
    m_suppression.save(writer);

    StateWriter envelope(out);
    envelope.put(kMagic);
    envelope.put(stateChecksum(body));
    out += body;
}

Result<void> Detector::load(std::string_view saved)
{
    clearState();
    StateReader envelope(saved);
    if (envelope.get<std::uint64_t>() != kMagic)
        return Error{tr("the saved state of the detector is from another version")};
    const auto checksum = envelope.get<std::uint64_t>();
    const std::string_view body = saved.substr(std::min(saved.size(), 2 * sizeof(std::uint64_t)));
    if (envelope.failed() || stateChecksum(body) != checksum)
        return Error{tr("the saved state of the detector is damaged")};
    StateReader in(body);
    if (in.text() != settingsOfState())
        return Error{tr("the saved state of the detector is of other settings")};
    if (!loadState(in) || in.failed() || !in.atEnd()) {
        clearState();
        return Error{tr("the saved state of the detector does not hold together")};
    }
    m_tracker.trim();
    return {};
}

bool Detector::loadState(StateReader &in)
{
    m_newest = in.get<TimestampMs>();
    m_tracker.setNow(m_newest);
    const auto start = in.get<TimestampMs>();
    m_start = in.get<std::uint8_t>() != 0 ? std::optional(start) : std::nullopt;
    m_nextVolume = in.get<TimestampMs>();
    m_nextHourly = in.get<TimestampMs>();
    m_untilCalm = in.get<std::uint32_t>();
    m_tracker.setEvicted(in.get<std::int64_t>());
    m_suppression.setEvicted(in.get<std::int64_t>());
    for (KeyTable &table : m_readers.keys) {
        const auto limit = in.get<std::uint64_t>();
        if (limit == 0 || !in.holds(limit - 1, sizeof(std::uint32_t)))
            return false;
        table.reserve(limit);
        for (std::uint64_t key = 1; key < limit; ++key)
            table.append(in.text());
    }
    return std::all_of(m_rules.begin(), m_rules.end(),
                       [&](const auto &rule) { return rule->load(in, m_readers.keys); })
        && m_volume.load(in) && m_suppression.load(in, m_readers.keys);
}

} // namespace bartizan
