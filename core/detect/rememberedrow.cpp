// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rememberedrow.h"

#include <cstring>
#include <string_view>

namespace bartizan {

void RememberedRow::reserve(std::size_t size)
{
    if (size <= m_capacity && (size > kKept || m_capacity <= kKept)) [[likely]]
        return;
    constexpr std::size_t kStep = 256;
    m_capacity = (size + kStep - 1) / kStep * kStep;
    m_text = std::make_unique_for_overwrite<char[]>(m_capacity);
}

void RememberedRow::set(const EventView &row)
{
    m_fixed.id = row.id;
    m_fixed.at = row.timestamp;
    m_fixed.type = row.eventType;
    m_fixed.outcome = row.outcome;
    m_fixed.severity = row.severity;
    m_fixed.live = row.live;
    m_size = 0;
    for (const auto text : kTexts)
        m_size += (row.*text).size();
    reserve(m_size);
    char *to = m_text.get();
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        const std::string_view text = row.*kTexts[i];
        m_fixed.sizes[i] = text.data() == nullptr ? kAbsent : static_cast<std::uint32_t>(text.size());
        if (text.empty())
            continue;
        std::memcpy(to, text.data(), text.size());
        to += text.size();
    }
}

EventView RememberedRow::view() const
{
    EventView row;
    row.id = m_fixed.id;
    row.timestamp = m_fixed.at;
    row.eventType = m_fixed.type;
    row.outcome = m_fixed.outcome;
    row.severity = m_fixed.severity;
    row.live = m_fixed.live;
    const char *from = m_text == nullptr ? "" : m_text.get();
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        if (m_fixed.sizes[i] == kAbsent)
            continue;
        row.*kTexts[i] = {from, m_fixed.sizes[i]};
        from += m_fixed.sizes[i];
    }
    return row;
}

void RememberedRow::save(StateWriter &out) const
{
    out.put(m_fixed.id);
    out.put(m_fixed.at);
    out.put(m_fixed.sizes);
    out.put(m_fixed.type);
    out.put(m_fixed.outcome);
    out.put(m_fixed.severity);
    out.put(m_fixed.live);
    out.text({m_text.get(), m_size});
}

bool RememberedRow::load(StateReader &in)
{
    m_fixed.id = in.get<std::int64_t>();
    m_fixed.at = in.get<TimestampMs>();
    m_fixed.sizes = in.get<decltype(m_fixed.sizes)>();
    m_fixed.type = in.get<SecurityEventType>();
    m_fixed.outcome = in.get<AuditOutcome>();
    m_fixed.severity = in.get<AuditSeverity>();
    m_fixed.live = in.get<std::uint8_t>() != 0;
    const std::string_view text = in.text();
    std::size_t size = 0;
    for (const std::uint32_t one : m_fixed.sizes)
        size += one == kAbsent ? 0 : one;
    if (in.failed() || size != text.size())
        return false;
    reserve(size);
    m_size = size;
    if (size > 0)
        std::memcpy(m_text.get(), text.data(), size);
    return true;
}

} // namespace bartizan
