// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/eventview.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bartizan {

/// Reads an event line of replay as programs write nearly all of them: one flat object of fields that replay knows, each
/// a text of ASCII without escapes, or null, with a time in UTC to the millisecond, and metadata as a program prints it
/// that saves blanks. It costs a fraction of reading the
/// whole grammar of JSON, and says of every other line that it does not know it. Thread: one.
class PlainEventReader {
public:
    /// Bytes that are readable behind a line, and zero.
    static constexpr std::size_t kZeros = 32;

    /// Fills `row`, which comes as a new one, with views into `line`. False: the line is none of these, whether it is
    /// right or wrong; `row` is then whatever it is.
    bool read(std::string_view line, EventView &row);

private:
    static constexpr std::size_t kFieldCount = 15;
    static constexpr std::size_t kJointWords = 3;

    /// What stands between the text of one field and that of the next, as in `","eventType":"`: a program writes its
    /// fields in the same order line by line, so that comparing with what it wrote before tells the next field.
    struct Joint {
        std::array<std::uint64_t, kJointWords> words{};
        std::array<std::uint64_t, kJointWords> masks{};
        std::size_t length = 0; ///< 0: none is known.
        std::size_t field = 0;  ///< Behind it.

        bool leadsOnFrom(const char *at) const noexcept;
        void learn(const char *from, const char *to, std::size_t toField) noexcept;
    };
    /// Where the text of a field begins.
    struct Place {
        enum class Kind : std::uint8_t { Text, End, Unknown };
        Kind kind = Kind::Unknown;
        const char *at = nullptr; ///< Of End, behind the closing brace.
        std::size_t field = 0;
        bool fixed = false; ///< What stands before it may be the same in other lines.
    };

    static Place find(const char *at, bool first, EventView &row);
    bool take(std::size_t field, std::string_view text, EventView &row);
    bool readTime(std::string_view text, TimestampMs &time);

    std::array<Joint, kFieldCount + 1> m_joints; ///< By the field before; the last one is that before the first.
    std::array<char, 11> m_date{}; ///< The last one, as "2026-11-20T"; zeros: none yet.
    TimestampMs m_dateStart = 0;   ///< When that day begins.
    unsigned m_required = 0;       ///< Of the line at hand: which of the four fields that an event needs were there.
};

} // namespace bartizan
