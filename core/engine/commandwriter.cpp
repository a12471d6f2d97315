// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/commandwriter.h"

#include "core/ports/clock.h"
#include "core/ports/store.h"

#include <array>

#include <pwd.h>
#include <unistd.h>

namespace bartizan {

CommandWriter::CommandWriter(StoreFactory factory, std::string user, const Clock &clock)
    : m_factory(std::move(factory)), m_user(std::move(user)), m_clock(clock)
{
}

CommandWriter::~CommandWriter() = default;

Store *CommandWriter::store(quint64 token)
{
    if (!m_store) {
        auto opened = m_factory();
        if (!opened) {
            Q_EMIT failed(token, opened.error());
            return nullptr;
        }
        m_store = std::move(*opened);
    }
    return m_store.get();
}

void CommandWriter::reopen()
{
    m_store.reset();
}

void CommandWriter::acknowledge(quint64 token, const std::vector<std::string> &ids, const std::string &comment)
{
    Store *target = store(token);
    if (!target)
        return;
    const auto report = target->acknowledge(ids, m_user, m_clock.now(), comment);
    if (report) {
        Q_EMIT acknowledged(token, *report);
    } else {
        m_store.reset(); // The next command tries a new connection.
        Q_EMIT failed(token, report.error());
    }
}

void CommandWriter::updateSettings(quint64 token, const QJsonObject &update, const std::string &timeZone,
                                   const std::string &geoDatabase)
{
    Store *target = store(token);
    if (!target)
        return;
    const auto settings = target->updateSettings(update, timeZone, m_user, m_clock.now(), geoDatabase);
    if (settings) {
        Q_EMIT settingsUpdated(token, *settings);
    } else {
        m_store.reset();
        Q_EMIT failed(token, settings.error());
    }
}

std::string currentUserName()
{
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd *found = nullptr;
    if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found && found->pw_name[0] != '\0')
        return found->pw_name;
    const QByteArray user = qgetenv("USER");
    return user.isEmpty() ? "uid" + std::to_string(getuid()) : user.toStdString();
}

} // namespace bartizan
