// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/statefile.h"
#include "core/domain/eventview.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace bartizan {

/// A copy of a row, with what an alert about it tells: all but its place and the numbers that others gave its texts. Keeps
/// its memory for the next one. Not thread-safe.
class RememberedRow {
public:
    /// An application row.
    void set(const EventView &row);
    /// Valid until the next set().
    EventView view() const;
    /// Bytes of text.
    std::size_t size() const noexcept { return m_size; }
    /// Bytes of memory besides itself.
    std::size_t capacity() const noexcept { return m_capacity; }
    void save(StateWriter &out) const;
    /// Tells whether what it read can be a row.
    bool load(StateReader &in);

private:
    static constexpr std::array kTexts{&EventView::action, &EventView::userId, &EventView::companyId,
                                       &EventView::platformUserId, &EventView::ipAddress, &EventView::userAgent,
                                       &EventView::country, &EventView::sessionId, &EventView::requestId,
                                       &EventView::metadata};
    static constexpr std::uint32_t kAbsent = 0xFFFF'FFFF; ///< In place of a size.
    /// More than so many bytes are not kept for the next row.
    static constexpr std::size_t kKept = 2048;

    void reserve(std::size_t size);

    struct Fixed {
        std::int64_t id = 0;
        TimestampMs at = 0;
        std::array<std::uint32_t, kTexts.size()> sizes{}; ///< Of the texts.
        SecurityEventType type{};
        AuditOutcome outcome{};
        AuditSeverity severity{};
        bool live = true;
    };
    Fixed m_fixed;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
    std::unique_ptr<char[]> m_text; ///< One behind the other.
};

} // namespace bartizan
