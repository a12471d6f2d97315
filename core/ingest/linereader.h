// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"

#include <QString>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace bartizan {

/// Reads a text file, a pipe or standard input line by line with flat memory: a megabyte, or as much as the longest
/// line takes. Reads rather than maps, so that a log that is cut short meanwhile is no fault. Thread: one at a time.
class LineReader {
public:
    /// A longer line is not kept.
    static constexpr std::size_t kMaxLine = 16u << 20;
    /// How much of such a line is handed out.
    static constexpr std::size_t kKeptOfLongLine = 4096;
    /// Bytes behind every line that may be read, though they mean nothing (what simdjson asks for).
    static constexpr std::size_t kPadding = 64;

    /// One line, without its end (LF or CR LF); valid until the next call.
    struct Line {
        std::string_view text;
        std::int64_t number = 0; ///< Counted from 1.
        bool tooLong = false;    ///< Then text is only its beginning.
        bool endsCrLf = false;   ///< Whether a CR before its end was taken off.
    };

    enum class Accept { Anything, RegularFiles };

    /// Opens `path`, "-" for standard input. Fails when it cannot be read or is a folder; with RegularFiles also when
    /// it turns out to be anything else than a regular file, without waiting for whoever writes to it.
    static Result<LineReader> open(const QString &path, Accept accept = Accept::Anything);

    LineReader(LineReader &&other) noexcept;
    LineReader &operator=(LineReader &&other) noexcept;
    LineReader(const LineReader &) = delete;
    LineReader &operator=(const LineReader &) = delete;
    ~LineReader();

    /// Watches a flag, or two, while it reads, also while it waits for a pipe; once one is set, nothing more is read, and
    /// next() answers false after what is in memory.
    void setCancel(const std::atomic<bool> *cancel, const std::atomic<bool> *orThis = nullptr) noexcept
    {
        m_cancel = {cancel, orThis};
    }
    /// Whether one is set.
    bool cancelled() const noexcept
    {
        return std::any_of(m_cancel.begin(), m_cancel.end(),
                           [](const auto *flag) { return flag && flag->load(std::memory_order_relaxed); });
    }

    /// The next line; false at the end, on a read error (see error()) and when cancelled.
    bool next(Line &line)
    {
        const char *const start = m_buffer.get() + m_begin;
        const auto *const end = static_cast<const char *>(std::memchr(start, '\n', m_end - m_begin));
        if (m_atStart || end == nullptr || end - start > static_cast<std::ptrdiff_t>(kMaxLine)) [[unlikely]]
            return nextSlowly(line);
        take(line, start, static_cast<std::size_t>(end - start), 1);
        return true;
    }

    /// Whether reading ended because of an error, and which. Empty message: none.
    const Error &error() const noexcept { return m_error; }
    /// Bytes handed out as lines so far.
    std::int64_t bytesRead() const noexcept { return m_consumed; }
    /// Size of a regular file when it was opened; 0 when unknown.
    std::int64_t bytesTotal() const noexcept { return m_total; }
    /// Whether rewind() works: a regular file, or what keepForRewind() kept.
    bool canRewind() const noexcept { return m_regular; }
    /// Copies a pipe that nothing has been read from yet into a temporary file without a name, so that it can be read
    /// twice. Ends when the pipe does.
    Result<void> keepForRewind();
    /// Starts over from the first line.
    Result<void> rewind();
    /// The beginning of the input, at most `size` bytes, without consuming it; of a pipe perhaps no more than its first
    /// line. Valid until the next call.
    std::string_view peek(std::size_t size);

private:
    LineReader(int fd, QString path, std::int64_t total, bool regular);
    bool fill();
    void reserve(std::size_t size);
    void skipByteOrderMark();
    bool skipRestOfLine(Line &line);
    bool waitForMore() const;
    bool nextSlowly(Line &line);
    /// Hands out the line of `length` bytes at the front, which `end` more bytes follow as its end.
    void take(Line &line, const char *start, std::size_t length, std::size_t end)
    {
        m_begin += length + end;
        m_consumed += static_cast<std::int64_t>(length + end);
        line.tooLong = length > kMaxLine;
        line.endsCrLf = length > 0 && start[length - 1] == '\r';
        if (line.endsCrLf)
            --length;
        line.text = {start, line.tooLong ? kKeptOfLongLine : length};
        line.number = ++m_lines;
    }
    void fail(int code);

    int m_fd = -1;
    QString m_path;
    std::int64_t m_total = 0;
    bool m_regular = false;
    bool m_atStart = true;
    bool m_ended = false;
    std::unique_ptr<char[]> m_buffer;
    std::size_t m_capacity = 0;
    std::size_t m_begin = 0; ///< First byte not handed out.
    std::size_t m_end = 0;   ///< One past the last byte read.
    std::int64_t m_consumed = 0;
    std::int64_t m_lines = 0;
    std::array<const std::atomic<bool> *, 2> m_cancel{};
    Error m_error;
};

} // namespace bartizan
