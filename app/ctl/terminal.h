// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>
#include <string_view>

namespace bartizan::ctl {

/// `text` as one line that is safe to show: control characters, line breaks, invisible and direction-changing
/// characters appear as \n, \t, \xNN or \u{NNNN}, and what is not UTF-8 as U+FFFD. Logs are written by attackers; this
/// keeps them from driving the terminal or from passing for something else.
std::string printable(std::string_view text);
/// How many columns of a terminal `text` takes; wide characters take two, combining ones none.
int displayWidth(std::string_view text);

/// Standard output for answers and standard error for everything else. Answers are buffered; a reader that went away
/// (`bartizanctl events | head`) is no error, a full disk is. Thread: main.
class Terminal {
public:
    Terminal() = default;
    Terminal(const Terminal &) = delete;
    Terminal &operator=(const Terminal &) = delete;

    /// Appends to the answer, as it stands. After a failure it does nothing.
    void write(std::string_view text);
    /// Appends data that a program may read (JSON, CSV): as it stands, except on a terminal, where control characters
    /// other than line ends are escaped.
    void writeData(std::string_view text);
    /// Whether more output would be in vain: the reader went away, or writing failed.
    bool closed() const noexcept { return m_closed; }
    /// Sends what is buffered; false when closed().
    bool flush();

    /// A line on standard error.
    void note(const QString &text);
    /// An error message: a line on standard error that begins with the program's name.
    void error(const QString &text);
    /// A line that replaces the one before, only where standard error is a terminal; an empty one erases it.
    void progress(const QString &text);

    /// Flushes, and turns `status` into kFailed, with a message, where the answer could not be written.
    int finish(int status);

private:
    std::string m_buffer;
    bool m_closed = false;
    int m_errno = 0;
    bool m_progressShown = false;
};

} // namespace bartizan::ctl
