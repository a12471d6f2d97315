// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/terminal.h"

#include "app/ctl/commands.h"
#include "core/domain/utf8.h"

#include <QChar>
#include <QList>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <cwchar>
#include <unistd.h>

namespace bartizan::ctl {
namespace {

constexpr std::size_t kBufferSize = 64 * 1024;

/// Writes all of `text` to `fd`; the error number, or 0.
int writeAll(int fd, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written >= 0)
            text.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR)
            return errno;
    }
    return 0;
}

void writeStandardError(std::string_view text)
{
    // A message that cannot be shown has nowhere else to go.
    static_cast<void>(writeAll(STDERR_FILENO, text));
}

bool mustEscape(char32_t c)
{
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Other_NotAssigned:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        return false;
    }
}

void appendEscaped(std::string &out, char32_t c)
{
    switch (c) {
    case U'\n': out += "\\n"; return;
    case U'\r': out += "\\r"; return;
    case U'\t': out += "\\t"; return;
    default: break;
    }
    std::array<char, 16> text{};
    const char *format = c < 0x100 ? "\\x%02x" : "\\u{%x}";
    std::snprintf(text.data(), text.size(), format, static_cast<unsigned>(c));
    out += text.data();
}

} // namespace

std::string printable(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    const auto codePoints = decodeUtf8(text).toUcs4();
    for (const char32_t c : codePoints) {
        if (mustEscape(c)) {
            appendEscaped(out, c);
        } else if (c < 0x80) {
            out += static_cast<char>(c);
        } else {
            out += QString::fromUcs4(&c, 1).toStdString();
        }
    }
    return out;
}

int displayWidth(std::string_view text)
{
    int width = 0;
    const auto codePoints = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toUcs4();
    for (const char32_t c : codePoints) {
        const int columns = ::wcwidth(static_cast<wchar_t>(c));
        width += columns < 0 ? 1 : columns;
    }
    return width;
}

void Terminal::write(std::string_view text)
{
    if (m_closed)
        return;
    m_buffer += text;
    if (m_buffer.size() >= kBufferSize)
        flush();
}

void Terminal::writeData(std::string_view text)
{
    if (::isatty(STDOUT_FILENO) == 0) {
        write(text);
        return;
    }
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        write(printable(line));
        if (end != std::string_view::npos)
            write("\n");
    }
}

bool Terminal::flush()
{
    if (m_closed)
        return false;
    const int failure = writeAll(STDOUT_FILENO, m_buffer);
    m_buffer.clear();
    if (failure != 0) {
        m_closed = true;
        m_errno = failure;
    }
    return !m_closed;
}

void Terminal::note(const QString &text)
{
    progress({});
    // Answers and messages appear in the order in which they came about.
    flush();
    writeStandardError(printable(text.toStdString()) + '\n');
}

void Terminal::error(const QString &text)
{
    note(QStringLiteral("bartizanctl: ") + text);
}

void Terminal::progress(const QString &text)
{
    if (::isatty(STDERR_FILENO) == 0 || (text.isEmpty() && !m_progressShown))
        return;
    writeStandardError("\r\x1b[K" + printable(text.toStdString()));
    m_progressShown = !text.isEmpty();
}

int Terminal::finish(int status)
{
    progress({});
    flush();
    if (m_errno == 0 || m_errno == EPIPE)
        return status;
    error(Text::tr("Cannot write to standard output: %1").arg(QString::fromLocal8Bit(std::strerror(m_errno))));
    return kFailed;
}

} // namespace bartizan::ctl
