// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/linereader.h"

#include "core/ingest/importtext.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bartizan {
namespace {

constexpr std::size_t kBlock = 1u << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
/// How often a wait for a pipe looks whether it has been cancelled.
constexpr int kLookEveryMs = 100;

QString describe(int code) { return QString::fromLocal8Bit(std::strerror(code)); }

} // namespace

Result<LineReader> LineReader::open(const QString &path, Accept accept)
{
    const bool standardInput = path == QLatin1String("-");
    const bool regularOnly = accept == Accept::RegularFiles;
    const Error irregular{ImportText::tr("Cannot import: “%1” is no regular file").arg(path)};
    if (regularOnly && standardInput)
        return irregular;
    // What stands at a path may change at any time: what was opened is looked at. A pipe is opened without waiting for
    // its writer then.
    const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (regularOnly ? O_NONBLOCK : 0);
    const int fd = standardInput ? ::dup(STDIN_FILENO) : ::open(QFile::encodeName(path).constData(), flags);
    const QString name = standardInput ? ImportText::tr("standard input") : path;
    if (fd < 0)
        return Error{ImportText::tr("Cannot read %1: %2").arg(name, describe(errno))};
    struct stat facts {};
    if (::fstat(fd, &facts) == 0 && regularOnly && !S_ISREG(facts.st_mode)) {
        ::close(fd);
        return irregular;
    }
    if (::fstat(fd, &facts) != 0 || S_ISDIR(facts.st_mode)) {
        const int code = S_ISDIR(facts.st_mode) ? EISDIR : errno;
        ::close(fd);
        return Error{ImportText::tr("Cannot read %1: %2").arg(name, describe(code))};
    }
    // Standard input may be a file that somebody has read half of: what is left counts, and there is no way back.
    const bool regular = S_ISREG(facts.st_mode) && !standardInput;
    return LineReader(fd, name, regular ? static_cast<std::int64_t>(facts.st_size) : 0, regular);
}

LineReader::LineReader(int fd, QString path, std::int64_t total, bool regular)
    : m_fd(fd), m_path(std::move(path)), m_total(total), m_regular(regular)
{
    if (m_regular)
        ::posix_fadvise(m_fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    reserve(kBlock);
}

LineReader::LineReader(LineReader &&other) noexcept { *this = std::move(other); }

LineReader &LineReader::operator=(LineReader &&other) noexcept
{
    std::swap(m_fd, other.m_fd);
    std::swap(m_path, other.m_path);
    std::swap(m_total, other.m_total);
    std::swap(m_regular, other.m_regular);
    std::swap(m_atStart, other.m_atStart);
    std::swap(m_ended, other.m_ended);
    std::swap(m_buffer, other.m_buffer);
    std::swap(m_capacity, other.m_capacity);
    std::swap(m_begin, other.m_begin);
    std::swap(m_end, other.m_end);
    std::swap(m_consumed, other.m_consumed);
    std::swap(m_lines, other.m_lines);
    std::swap(m_cancel, other.m_cancel);
    std::swap(m_error, other.m_error);
    return *this;
}

LineReader::~LineReader()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

void LineReader::fail(int code)
{
    m_error.message = ImportText::tr("Cannot read on in %1 after line %2: %3").arg(m_path).arg(m_lines).arg(describe(code));
    m_ended = true;
}

void LineReader::reserve(std::size_t size)
{
    if (size <= m_capacity)
        return;
    auto larger = std::make_unique<char[]>(size + kPadding);
    std::copy(m_buffer.get() + m_begin, m_buffer.get() + m_end, larger.get());
    m_buffer = std::move(larger);
    m_capacity = size;
    m_end -= m_begin;
    m_begin = 0;
}

/// Waits until a read would not; false when cancelled. A signal that cancels may hit another thread than this one, and
/// so would not end a read.
bool LineReader::waitForMore() const
{
    pollfd input{m_fd, POLLIN, 0};
    while (!cancelled()) {
        // What poll() cannot say, the read will.
        const int ready = ::poll(&input, 1, kLookEveryMs);
        if (ready > 0 || (ready < 0 && errno != EINTR))
            return true;
    }
    return false;
}

/// Makes room and reads once; false when nothing more comes.
bool LineReader::fill()
{
    if (m_ended || cancelled())
        return false;
    if (m_end == m_capacity && m_begin > 0) {
        std::memmove(m_buffer.get(), m_buffer.get() + m_begin, m_end - m_begin);
        m_end -= m_begin;
        m_begin = 0;
    }
    if (m_end == m_capacity)
        reserve(std::min(m_capacity * 2, kMaxLine + kBlock));
    if (!m_regular && !waitForMore())
        return false;
    ssize_t got = 0;
    do {
        got = ::read(m_fd, m_buffer.get() + m_end, m_capacity - m_end);
    } while (got < 0 && errno == EINTR && !cancelled());
    if (got < 0) {
        // A wait that a signal ended because the import is cancelled is no fault of the file.
        if (errno != EINTR)
            fail(errno);
        return false;
    }
    m_ended = got == 0;
    m_end += static_cast<std::size_t>(got);
    return got > 0;
}

void LineReader::skipByteOrderMark()
{
    m_atStart = false;
    while (m_end - m_begin < kByteOrderMark.size() && fill()) { }
    if (std::string_view(m_buffer.get() + m_begin, m_end - m_begin).starts_with(kByteOrderMark)) {
        m_begin += kByteOrderMark.size();
        m_consumed += static_cast<std::int64_t>(kByteOrderMark.size());
    }
}

/// As next(), where the line is not all in memory, or too long.
bool LineReader::nextSlowly(Line &line)
{
    if (m_atStart)
        skipByteOrderMark();
    if (cancelled())
        return false;
    std::size_t searched = 0;
    for (;;) {
        const char *const start = m_buffer.get() + m_begin;
        const std::size_t size = m_end - m_begin;
        const auto *const end = size > searched
            ? static_cast<const char *>(std::memchr(start + searched, '\n', size - searched)) : nullptr;
        if (end != nullptr || (m_ended && size > 0)) {
            take(line, start, end ? static_cast<std::size_t>(end - start) : size, end ? 1 : 0);
            return true;
        }
        if (size > kMaxLine)
            return skipRestOfLine(line);
        searched = size;
        if (!fill() && !m_ended)
            return false;
        if (m_ended && m_end == m_begin)
            return false;
    }
}

/// Throws away what is left of a line that is over the limit, and keeps its beginning at the front of the buffer.
bool LineReader::skipRestOfLine(Line &line)
{
    std::memmove(m_buffer.get(), m_buffer.get() + m_begin, kKeptOfLongLine);
    m_consumed += static_cast<std::int64_t>(m_end - m_begin);
    const auto finish = [&] {
        line = {{m_buffer.get(), kKeptOfLongLine}, ++m_lines, true, false};
        return true;
    };
    for (;;) {
        m_begin = m_end = kKeptOfLongLine;
        if (!fill())
            return m_ended && m_error.message.isEmpty() && finish();
        const char *const start = m_buffer.get() + m_begin;
        const auto *const end = static_cast<const char *>(std::memchr(start, '\n', m_end - m_begin));
        if (end == nullptr) {
            m_consumed += static_cast<std::int64_t>(m_end - m_begin);
            continue;
        }
        m_begin += static_cast<std::size_t>(end - start) + 1;
        m_consumed += end - start + 1;
        return finish();
    }
}

Result<void> LineReader::rewind()
{
    if (!m_regular || ::lseek(m_fd, 0, SEEK_SET) != 0)
        return Error{ImportText::tr("Cannot read %1 twice: it is no regular file").arg(m_path)};
    m_begin = m_end = 0;
    m_consumed = 0;
    m_lines = 0;
    m_ended = false;
    m_atStart = true;
    return {};
}

Result<void> LineReader::keepForRewind()
{
    if (m_regular)
        return {};
    const QByteArray folder = QFile::encodeName(QDir::tempPath());
    const int copy = ::open(folder.constData(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    const auto failed = [&](int code) {
        if (copy >= 0)
            ::close(copy);
        return Error{ImportText::tr("Cannot keep %1 in a temporary file in %2: %3")
                         .arg(m_path, QDir::tempPath(), describe(code))};
    };
    if (copy < 0)
        return failed(errno);
    // What peek() has read stands in the buffer.
    do {
        while (m_begin < m_end) {
            const ssize_t put = ::write(copy, m_buffer.get() + m_begin, m_end - m_begin);
            if (put < 0 && errno != EINTR)
                return failed(errno);
            m_begin += put > 0 ? static_cast<std::size_t>(put) : 0;
        }
        m_begin = m_end = 0;
    } while (fill());
    if (!m_error.message.isEmpty()) {
        ::close(copy);
        return m_error;
    }
    ::close(m_fd);
    m_fd = copy;
    m_regular = true;
    m_total = static_cast<std::int64_t>(::lseek(copy, 0, SEEK_END));
    return rewind();
}

std::string_view LineReader::peek(std::size_t size)
{
    if (m_atStart)
        skipByteOrderMark();
    size = std::min(size, m_capacity);
    // Of a pipe one line will do: the next may be long in coming.
    const auto enough = [this, size] {
        return m_end - m_begin >= size
            || (!m_regular && std::memchr(m_buffer.get() + m_begin, '\n', m_end - m_begin) != nullptr);
    };
    while (!enough() && fill()) { }
    return {m_buffer.get() + m_begin, std::min(size, m_end - m_begin)};
}

} // namespace bartizan
