// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/eventview.h"

#include <QString>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace bartizan {

/// Holds texts that stay where they are until clear(); its memory is kept for the next ones. Thread: one at a time.
class BatchTexts {
public:
    /// Bytes that are readable behind a line, and zero.
    static constexpr std::size_t kZeros = 64;

    /// A copy of `line`, with kZeros behind it.
    std::string_view keepLine(std::string_view line);
    /// Lets `row` have copies of all its texts, with nothing behind them.
    void keepTexts(EventView &row);
    void clear() noexcept;

private:
    struct Block {
        std::unique_ptr<char[]> bytes;
        std::size_t size = 0;
    };
    static constexpr std::size_t kBlock = 256u << 10;

    char *room(std::size_t size);

    std::vector<Block> m_blocks;
    std::size_t m_block = 0; ///< The one that is being filled.
    std::size_t m_used = 0;  ///< Of it.
};

/// Events of a log on their way from the thread that reads it to the one that judges them, and what stands behind them.
struct EventBatch {
    static constexpr std::size_t kRows = 512;

    BatchTexts texts; ///< Of all that follows.
    std::vector<EventView> rows;
    std::vector<std::int64_t> lines; ///< Where each of them stands.
    std::string_view control;        ///< A control line, to be carried out behind the rows; empty: none.
    QString error;                   ///< Why reading ended behind the rows; empty: it did not.
    std::int64_t lastLine = 0;       ///< Where the control line or the error stands; 0: an error of no line.

    bool isEmpty() const noexcept { return rows.empty() && control.empty() && error.isEmpty(); }
    void clear();
};

} // namespace bartizan
