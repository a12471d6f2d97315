// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqlitestore.h"

#include <QCoreApplication>

namespace bartizan {

void SqliteStore::interrupt()
{
    m_connection.interrupt();
}

Result<SqliteTransaction> SqliteStore::beginWriting()
{
    if (auto usable = m_connection.check(); !usable)
        return usable.error();
    if (!m_readOnlyReason.isEmpty()) {
        return Error{QCoreApplication::translate("bartizan::SqliteStore", "“%1” cannot be written. %2")
                         .arg(m_connection.path(), m_readOnlyReason)};
    }
    // What an earlier transaction noted may have been rolled back; it costs one statement a company to note it again.
    m_companies.clear();
    auto transaction = SqliteTransaction::begin(m_connection);
    if (!transaction)
        return transaction;
    if (auto read = readNextRowId(); !read)
        return read.error();
    return transaction;
}

} // namespace bartizan
