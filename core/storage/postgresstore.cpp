// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/postgresstore.h"

#include "core/storage/postgreselection.h"
#include "core/storage/postgresmessages.h"
#include "core/storage/postgresschema.h"

#include <QCoreApplication>

#include <utility>

namespace bartizan {
namespace {

/// How many parts of a kind of tidying up follow each other at most, which keeps the engine for a quarter of a second: the
/// rest waits for the next time.
constexpr int kMostTidied = 8;
constexpr std::chrono::milliseconds kLookAtSource{1000};

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::PostgresStore", text);
}

} // namespace

Result<std::unique_ptr<Store>> PostgresStore::open(const ConnectionProfile &profile, const QString &password,
                                                   const StoreOptions &options)
{
    std::unique_ptr<PostgresStore> store(new PostgresStore);
    store->m_engine = options.role == StoreOptions::Role::Engine;
    store->m_epoch = options.epoch;
    const QString name = QCoreApplication::applicationName();
    const QString application = store->m_engine ? engineApplicationName(name) : name;
    const OpeningStop::Watch watch(options.stop, store->m_connection);
    if (auto opened = store->m_connection.open(profile, password, application); !opened)
        return opened.error();
    if (auto up = store->bringUp(options); !up)
        return up.error();
    return std::unique_ptr<Store>(std::move(store));
}

Result<void> PostgresStore::bringUp(const StoreOptions &options)
{
    const auto version = postgresSchema(m_connection);
    if (!version)
        return version.error();
    m_onlyReads = options.mode == StoreOptions::Mode::ReadOnly;
    if (auto read = readStanding(); !read)
        return read;
    if (*version == 0 && options.mode != StoreOptions::Mode::Create)
        return m_connection.error(tr("there is no schema of Bartizan's in it; “bartizanctl init” makes it"));
    if (*version < latestPostgresSchema()) {
        if (!m_readOnlyReason.isEmpty()) {
            return m_connection.error(tr("it has the older schema version %1 and must be migrated to %2 first. %3")
                                          .arg(*version)
                                          .arg(latestPostgresSchema())
                                          .arg(m_readOnlyReason));
        }
        if (auto may = mayMigrate(*version); !may)
            return may;
        if (auto migrated = migratePostgres(m_connection, options.demo); !migrated)
            return migrated;
    }
    if (auto read = readSource(); !read)
        return read;
    if (auto read = readRefusals(); !read)
        return read;
    const auto demo = m_connection.query("SELECT value = '1' FROM bartizan.meta WHERE key = 'demo'");
    if (!demo)
        return demo.error();
    m_demo = !demo->empty() && demo->front().boolean(0);
    return {};
}

/// An error unless the user may bring the schema up to date: with roles, only its owner may.
Result<void> PostgresStore::mayMigrate(int version)
{
    const auto owner = m_connection.query("SELECT pg_has_role(nspowner, 'USAGE'), current_user FROM pg_namespace "
                                          "WHERE nspname = 'bartizan'");
    if (!owner)
        return owner.error();
    if (version == 0 || owner->empty() || owner->front().boolean(0))
        return {};
    return m_connection.error(tr("it has the older schema version %1 and must be migrated to %2 first, which “%3” may not do: "
                                 "“bartizanctl init” does it for whom the schema “bartizan” belongs to")
                                  .arg(version)
                                  .arg(latestPostgresSchema())
                                  .arg(QString::fromStdString(owner->front().string(1))));
}

Result<void> PostgresStore::readSource()
{
    const auto rows = m_connection.query("SELECT relation, own, row_join, time_type, has_tx, mapping, generation "
                                         "FROM bartizan.source WHERE sole = 1");
    if (!rows)
        return rows.error();
    if (rows->empty())
        return m_connection.error(tr("it does not say which audit log it follows; it is damaged"));
    const PostgresRow row = rows->front();
    m_source = {QString::fromStdString(row.string(0)), m_engine ? "bartizan.log_all" : "bartizan.log", row.boolean(1),
                row.string(2), row.string(3), row.boolean(4), row.string(5), row.integer(6)};
    m_sourceAsked = Clock::now();
    return {};
}

Result<bool> PostgresStore::followSource()
{
    m_sourceAsked = Clock::now();
    const auto present = m_connection.integer("SELECT generation FROM bartizan.source WHERE sole = 1", {}, PostgresMode::Kept);
    if (!present)
        return present.error();
    if (*present == m_source.generation)
        return false;
    if (auto read = readSource(); !read)
        return read.error();
    // What is known of the other log: how far it was taken in, which of its rows are gone, what is rolled up of it.
    m_intake = {};
    m_transactions = {};
    m_gone = {};
    m_warning.clear();
    m_rollups.forget();
    m_rollupNumbers.forget();
    return true;
}

Result<void> PostgresStore::lookAtSource()
{
    if (m_engine || Clock::now() - m_sourceAsked < m_pace.askEvery.value_or(kLookAtSource))
        return {};
    const auto followed = followSource();
    return followed ? Result<void>() : Result<void>(followed.error());
}

/// Whether the server lets this connection write.
Result<void> PostgresStore::readStanding()
{
    const auto standing = m_connection.query(kServerStanding);
    if (!standing)
        return standing.error();
    m_replica = standing->front().boolean(1);
    m_readOnlyReason = m_onlyReads ? tr("Opened for reading only")
                                   : serverReadOnlyReason(m_connection.name(), m_replica, standing->front().boolean(0));
    return {};
}

Result<bool> PostgresStore::lookAtAccess()
{
    if (auto usable = m_connection.check(); !usable)
        return usable.error();
    if (auto read = readStanding(); !read)
        return read.error();
    if (auto read = readRefusals(); !read)
        return read.error();
    // What a database or a user may write is told to those who connect. A replica that is promoted shows at once.
    return !m_readOnlyReason.isEmpty() && !m_replica && !m_onlyReads;
}

Result<void> PostgresStore::readRefusals()
{
    m_refusals = {};
    if (!m_readOnlyReason.isEmpty()) {
        m_refusals = {m_readOnlyReason, m_readOnlyReason, m_readOnlyReason, m_readOnlyReason};
        return {};
    }
    const auto rows = m_connection.query(
        "SELECT session_user, " + std::string(kMayTriage)
        + ", has_function_privilege('bartizan.save_settings(bigint, bigint, text, text, text, text, json)', 'EXECUTE'), "
        "has_table_privilege('bartizan.intake', 'INSERT'), bartizan.sees_all()");
    if (!rows)
        return rows.error();
    const PostgresRow row = rows->front();
    const QString user = QString::fromStdString(row.string(0));
    if (!row.boolean(1))
        m_refusals.triage = tr("The role of “%1” on the server may read alerts, and not triage them").arg(user);
    if (!row.boolean(2))
        m_refusals.settings = tr("The role of “%1” on the server may not change settings").arg(user);
    if (!row.boolean(3))
        m_refusals.append = tr("The role of “%1” on the server may not import logs").arg(user);
    if (!row.boolean(4))
        m_refusals.muteAll = tr("Only who sees every company may mute the alerts of all of them");
    return {};
}

Result<std::shared_ptr<void>> PostgresStore::snapshot()
{
    if (auto usable = m_connection.check(); !usable)
        return usable.error();
    if (auto looked = lookAtSource(); !looked)
        return looked.error();
    auto begun = PostgresTransaction::begin(m_connection, PostgresTransaction::Kind::Snapshot);
    if (!begun)
        return begun.error();
    return std::shared_ptr<void>(std::make_shared<PostgresTransaction>(std::move(*begun)));
}

Result<void> PostgresStore::tidy()
{
    if (!m_readOnlyReason.isEmpty())
        return {};
    if (auto summed = keepHouse("sum_alert_counts"); !summed)
        return summed.error();
    if (auto tidied = keepHouseInParts("tidy_alert_sets", [](const PostgresRow &row) { return row.boolean(0); }); !tidied)
        return tidied;
    if (!m_source.own)
        return tellChangedLog();
    if (auto made = keepHouse("make_months"); !made)
        return made.error();
    if (auto dropped = dropMonths(); !dropped)
        return dropped;
    return tellOverdueMonths();
}

/// Month by month, which others hardly notice, and then what the intake has of their rows.
Result<void> PostgresStore::dropMonths()
{
    const auto dropped = keepHouseInParts("drop_months", [](const PostgresRow &row) { return row.integer(0) > 0; });
    // What was dropped before is forgotten even where no more can be.
    const auto forgotten = keepHouseInParts("forget_dropped", [](const PostgresRow &row) { return row.boolean(0); });
    return dropped ? forgotten : dropped;
}

/// Calls one of its functions again and again while its answer says that there is more, a few times at most: each keeps others
/// waiting for a moment only.
Result<void> PostgresStore::keepHouseInParts(const std::string &function, bool (*more)(const PostgresRow &))
{
    for (int part = 0; part < kMostTidied; ++part) {
        const auto done = keepHouse(function);
        if (!done)
            return done.error();
        if (!more(done->front()))
            break;
    }
    return {};
}

/// Calls a function of housekeeping, unless another engine has taken over. In one statement: whatever becomes of this
/// process, the server ends what was begun, and no lock outlasts it.
Result<PostgresRows> PostgresStore::keepHouse(const std::string &function)
{
    const std::string call = "SELECT bartizan." + function + "()";
    if (!m_epoch)
        return m_connection.query(call);
    auto rows = m_connection.query(call + " WHERE bartizan.holds_epoch($1::bigint)", PostgresParameters().add(m_epoch->load()));
    return rows && rows->empty() ? Result<PostgresRows>(overtaken()) : rows;
}

/// Where rows of a log went that was attached as append-only, or all of one whose changes are followed; told until somebody attaches it once more.
Result<void> PostgresStore::tellChangedLog()
{
    const auto rows = m_connection.query("SELECT what, who, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') "
                                         "FROM bartizan.log_changed ORDER BY at LIMIT 1");
    if (!rows)
        return rows.error();
    if (rows->empty())
        return {};
    const auto text = [&](int column) { return QString::fromStdString(rows->front().string(column)); };
    return Error{tr("rows of %1 were changed, by %2 of “%3” at %4 UTC, which what is rolled up does not follow: its metrics are counted from the "
                    "log, which takes longer. Attach it once more, with --roll-up where rows change now and then (bartizanctl attach)")
                     .arg(m_source.relation, text(0), text(1), text(2))};
}

/// Somebody has the log open now and then, and months come and go later. Where they have not for a day, it must be told.
Result<void> PostgresStore::tellOverdueMonths()
{
    const auto rows = m_connection.query(
        "SELECT to_char(to_timestamp(m.value::numeric) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), "
        "(SELECT string_agg(DISTINCT a.usename, ', ') FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid "
        "WHERE l.granted AND a.pid <> pg_backend_pid() AND l.database = a.datid AND l.relation IN "
        "(SELECT inhrelid FROM pg_inherits WHERE inhparent = 'bartizan.audit'::regclass "
        "UNION SELECT 'bartizan.audit'::regclass)), m.key = 'months_overdue' "
        "FROM bartizan.meta AS m WHERE CASE WHEN m.key = 'months_overdue' OR starts_with(m.key, 'months_unmade_') "
        "THEN m.value::numeric < extract(epoch FROM now() - interval '1 day') END ORDER BY m.value::numeric LIMIT 1");
    if (!rows)
        return rows.error();
    if (rows->empty())
        return {};
    const QString since = QString::fromStdString(rows->front().string(0));
    const QString who = rows->front().isNull(1) ? QString() : QString::fromStdString(rows->front().string(1));
    if (rows->front().boolean(2)) {
        return Error{who.isEmpty() ? tr("months that are due could not be dropped since %1 UTC: the log was in use").arg(since)
                                   : tr("months that are due could not be dropped since %1 UTC: the log is in use by %2")
                                         .arg(since, who)};
    }
    return Error{who.isEmpty() ? tr("a month of the log could not be made since %1 UTC: the log was in use").arg(since)
                               : tr("a month of the log could not be made since %1 UTC: the log is in use by %2")
                                     .arg(since, who)};
}

Result<PostgresTransaction> PostgresStore::beginWriting()
{
    if (auto usable = m_connection.check(); !usable)
        return usable.error();
    if (!m_readOnlyReason.isEmpty())
        return Error{tr("Nothing can be written. %1").arg(m_readOnlyReason)};
    if (!std::exchange(m_rollupNumbersHold, true)) {
        m_rollupNumbers.forget();
        m_rollups.forget();
    }
    return PostgresTransaction::begin(m_connection);
}

Result<void> PostgresStore::commitFenced(PostgresTransaction &transaction)
{
    // Read behind the locks of a counter or of the roll-ups, which whoever attaches another log holds up to the commit.
    const auto mine = m_epoch ? m_connection.query("SELECT (SELECT generation FROM bartizan.source) FROM bartizan.engine_epoch "
                                                   "WHERE epoch = $1::bigint FOR UPDATE",
                                                   PostgresParameters().add(m_epoch->load()))
                              : m_connection.query("SELECT generation FROM bartizan.source");
    if (!mine)
        return mine.error();
    if (mine->empty()) {
        m_connection.rollBack();
        return overtaken();
    }
    if (mine->front().integer(0) != m_source.generation) {
        m_connection.rollBack();
        return m_connection.error(m_epoch ? tr("another audit log is followed from now on; nothing of this batch was stored, and it is "
                                               "tried again with that one")
                                          : tr("another audit log is followed from now on; what was being written was not stored: "
                                               "do it once more"));
    }
    return transaction.commit();
}

Error PostgresStore::overtaken() const
{
    return m_connection.error(tr("another engine has taken over; nothing of this batch was stored"));
}

Result<void> PostgresStore::notify()
{
    const auto told = m_connection.query("SELECT pg_notify('bartizan', '')");
    return told ? Result<void>() : Result<void>(told.error());
}

Result<std::vector<std::string>> PostgresStore::lookAt(const std::string &alertId, const std::string &person,
                                                       const std::string &window)
{
    if (!m_readOnlyReason.isEmpty())
        return std::vector<std::string>();
    const auto rows = m_connection.query("SELECT person FROM bartizan.look_at(nullif($1, ''), $2, $3)",
                                         PostgresParameters().add(alertId).add(person).add(window));
    if (!rows)
        return rows.error();
    std::vector<std::string> others;
    for (int i = 0; i < rows->size(); ++i)
        others.push_back((*rows)[i].string(0));
    return others;
}

} // namespace bartizan
