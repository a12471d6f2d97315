// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/password.h"

#include "app/ctl/commands.h"
#include "core/storage/connectiontest.h"

#include <QFile>

#include <cstdio>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace bartizan::ctl {
namespace {

/// The terminal of this process, without an echo while it lives.
class SilentTerminal {
public:
    SilentTerminal()
    {
        m_fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
        if (m_fd < 0 || ::tcgetattr(m_fd, &m_before) != 0)
            return;
        termios silent = m_before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        m_usable = ::tcsetattr(m_fd, TCSAFLUSH, &silent) == 0;
    }
    ~SilentTerminal()
    {
        if (m_usable)
            ::tcsetattr(m_fd, TCSAFLUSH, &m_before);
        if (m_fd >= 0)
            ::close(m_fd);
    }
    SilentTerminal(const SilentTerminal &) = delete;
    SilentTerminal &operator=(const SilentTerminal &) = delete;

    QByteArray ask(const QString &question) const
    {
        QByteArray answer;
        if (!m_usable)
            return answer;
        const QByteArray text = question.toLocal8Bit();
        (void)!::write(m_fd, text.constData(), static_cast<std::size_t>(text.size()));
        for (char c = 0; ::read(m_fd, &c, 1) == 1 && c != '\n' && c != '\r';)
            answer += c;
        (void)!::write(m_fd, "\n", 1);
        return answer;
    }

private:
    int m_fd = -1;
    bool m_usable = false;
    termios m_before{};
};

} // namespace

void askPassword(const ConnectionProfile &profile)
{
    if (::isatty(STDERR_FILENO) == 0 || qEnvironmentVariableIsSet("PGPASSWORD"))
        return;
    if (!testConnection(profile, {}).wantsPassword)
        return;
    const QByteArray password = SilentTerminal().ask(Text::tr("Password for %1: ").arg(profile.inWords()));
    if (!password.isEmpty())
        qputenv("PGPASSWORD", password); // Only this process's: what it was started with is what others can read.
}

} // namespace bartizan::ctl
