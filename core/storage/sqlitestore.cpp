// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqlitestore.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <sys/stat.h>

namespace bartizan {

namespace {

// A log below this size is written anew from its start before long; cutting it off would only cost its growing again.
constexpr qint64 kLargeLog = 16 * 1024 * 1024;

} // namespace

void SqliteStore::interrupt()
{
    m_connection.interrupt();
}

Result<std::shared_ptr<void>> SqliteStore::snapshot()
{
    if (auto usable = m_connection.check(); !usable)
        return usable.error();
    auto begun = SqliteSnapshot::begin(m_connection);
    if (!begun)
        return begun.error();
    return std::shared_ptr<void>(std::make_shared<SqliteSnapshot>(std::move(*begun)));
}

Result<void> SqliteStore::tidy()
{
    if (auto usable = m_connection.check(); !usable)
        return usable.error();
    // Of the pages that large transactions have read in, as many stay as any connection keeps.
    if (auto shrunk = m_connection.rest(); !shrunk)
        return shrunk.error();
    const bool large = QFileInfo(m_connection.path() + QStringLiteral("-wal")).size() > kLargeLog;
    return m_connection.execute(large ? "PRAGMA wal_checkpoint(TRUNCATE)" : "PRAGMA wal_checkpoint(PASSIVE)");
}

std::pair<std::uint64_t, std::uint64_t> SqliteStore::fileAtPath() const
{
    struct stat found{};
    if (::stat(QFile::encodeName(m_connection.path()).constData(), &found) != 0)
        return {};
    return {found.st_dev, found.st_ino};
}

Result<SqliteTransaction> SqliteStore::beginWriting(SqliteTransaction::Room room)
{
    if (auto usable = m_connection.check(); !usable)
        return usable.error();
    if (!m_readOnlyReason.isEmpty()) {
        return Error{QCoreApplication::translate("bartizan::SqliteStore", "“%1” cannot be written. %2")
                         .arg(m_connection.path(), m_readOnlyReason)};
    }
    // What an earlier transaction noted may have been rolled back; it costs one statement a company to note it again.
    m_companies.clear();
    if (!std::exchange(m_rollupNumbersHold, true))
        m_rollupNumbers.forget();
    return SqliteTransaction::begin(m_connection, room);
}

} // namespace bartizan
