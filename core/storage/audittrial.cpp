// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/audittrial.h"

#include "core/domain/enums.h"
#include "core/ports/clock.h"
#include "core/storage/auditview.h"
#include "core/storage/monitorrows.h"
#include "core/storage/postgresconnection.h"
#include "core/storage/postgresrows.h"

#include <QCoreApplication>
#include <QJsonObject>

#include <algorithm>
#include <iterator>
#include <utility>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::AuditAttach", text);
}

/// A login as long as most are, that is neither a UUID nor a number.
constexpr const char *kActor = "bartizan.analyst@example.org";
constexpr const char *kUuid = "00000000-0000-4000-8000-000000000001";

QStringList writtenWords(const QString &field)
{
    if (field == QLatin1String("eventType"))
        return {QStringLiteral("SYSTEM_CONFIG")};
    if (field == QLatin1String("outcome"))
        return {QStringLiteral("SUCCESS"), QStringLiteral("FAILURE")};
    return {QStringLiteral("INFO"), QStringLiteral("LOW"), QStringLiteral("MEDIUM"), QStringLiteral("HIGH"),
            QStringLiteral("CRITICAL")};
}

/// What an alert may take over from a row of the log, in the type that the column has; nullopt: it is left out, since whatever
/// it is has been in that column before.
std::optional<std::string> sampleFor(const AuditTable &table, const AuditColumns &columns, const char *field)
{
    const AuditColumn *column = auditColumn(columns, table.columns.value(QLatin1String(field)));
    const QString type = column ? column->type : QString();
    if (type == QLatin1String("uuid"))
        return kUuid;
    if (type == QLatin1String("text") || type.startsWith(QLatin1String("character")) || type.endsWith(QLatin1String("int"))
        || type == QLatin1String("integer"))
        return "1";
    return std::nullopt;
}

AuditEvent alertRow(AlertSeverity severity, const EventContext &context, TimestampMs at)
{
    AuditEvent row;
    row.timestamp = at;
    row.eventType = SecurityEventType::SystemConfig;
    row.outcome = AuditOutcome::Success;
    row.severity = toAuditSeverity(severity);
    row.origin = RowOrigin::Monitor;
    row.action = "security_alert_created";
    row.context = context;
    return row;
}

/// Settings of which much differs from the default, so that the row about it has long metadata.
MonitoringSettings changedSettings()
{
    MonitoringSettings settings;
    QJsonObject thresholds = toJson(settings.config).value(QLatin1String("thresholds")).toObject();
    for (auto it = thresholds.begin(); it != thresholds.end(); ++it) {
        if (it.value().isDouble())
            it.value() = it.value().toDouble() + 1;
    }
    const QJsonObject update{{QLatin1String("preset"), QLatin1String("reference")}, {QLatin1String("thresholds"), thresholds}};
    if (auto config = merged(settings.config, update))
        settings.config = std::move(*config);
    settings.timeZone = "America/Argentina/ComodRivadavia";
    return settings;
}

/// One row of each kind that Bartizan writes, as whoever writes them makes them.
std::vector<AuditEvent> ownRows(const AuditTable &table, const AuditColumns &columns)
{
    const TimestampMs at = SystemClock().now();
    EventContext known;
    known.userId = sampleFor(table, columns, "userId");
    known.companyId = sampleFor(table, columns, "companyId");
    std::vector<AuditEvent> rows;
    for (std::size_t i = 0; i < enumCount<AlertSeverity>(); ++i)
        rows.push_back(alertRow(static_cast<AlertSeverity>(i), i == 0 ? EventContext() : known, at));
    const TriagedAlert alert{kUuid, AlertType::AuthenticationAnomaly};
    for (const TriageKind kind : {TriageKind::Acknowledge, TriageKind::Escalate, TriageKind::Resolve, TriageKind::Own,
                                  TriageKind::Comment}) {
        TriageStep step;
        step.kind = kind;
        step.disposition = AlertDisposition::FalsePositive;
        rows.push_back(triageRow(alert, step, kActor, at));
        step.id = kUuid;
        if (kind != TriageKind::Comment)
            rows.push_back(refusedRow(alert, step, 1'000'000, kActor, at));
    }
    rows.push_back(undoRow(alert, "acknowledged", kActor, at));
    Mute mute;
    mute.id = kUuid;
    mute.rule = "account-enumeration";
    mute.group = "203.0.113.255:" + std::string(kActor);
    mute.network = "2001:db8:ffff:ffff::/64";
    mute.company = std::string(kUuid);
    mute.alertId = kUuid;
    mute.by = kActor;
    mute.createdAt = mute.expiresAt = at;
    rows.push_back(muteRow(mute));
    rows.push_back(muteLiftRow(mute, 1'000'000, kActor, at));
    rows.push_back(settingsChangeRow(MonitoringSettings(), changedSettings(), kActor, at));
    return rows;
}

/// What to do about a refusal, as far as the catalogue tells.
QString adviceFor(const std::string &state, const AuditEvent &row, const AuditTable &table, const AuditColumns &columns)
{
    const QString alter = QStringLiteral("ALTER TABLE %1 ALTER COLUMN %2 %3");
    const auto column = [&](const char *field) { return auditColumn(columns, table.columns.value(QLatin1String(field))); };
    if (state == "22001") {
        for (const auto &[field, text] : {std::pair("eventType", std::string(toString(row.eventType))),
                                          std::pair("outcome", std::string(toString(row.outcome))),
                                          std::pair("severity", std::string(toString(row.severity))),
                                          std::pair("action", row.action), std::pair("metadata", row.metadata)}) {
            const AuditColumn *narrow = column(field);
            if (narrow && narrow->length >= 0 && QString::fromStdString(text).size() > narrow->length) {
                return tr("Its column “%1” is too narrow for “%2”; this widens it: %3")
                    .arg(narrow->name, QString::fromStdString(text).left(80),
                         alter.arg(table.relation, quotedName(narrow->name), QStringLiteral("TYPE text")));
            }
        }
    }
    if (state == "23502") {
        for (const QString &field : auditFields()) {
            const AuditColumn *filled = auditColumn(columns, table.columns.value(field));
            const bool given = field == QLatin1String("id") || field == QLatin1String("timestamp") || field == QLatin1String("action")
                || field == QLatin1String("eventType") || field == QLatin1String("outcome") || field == QLatin1String("severity");
            if (filled && filled->notNull && !given) {
                return tr("Not all rows of Bartizan's have a “%1”; this lets the column be empty: %2")
                    .arg(field, alter.arg(table.relation, quotedName(filled->name), QStringLiteral("DROP NOT NULL")));
            }
        }
    }
    if (state == "23514")
        return tr("The constraint has to allow such rows, or those with the event type SYSTEM_CONFIG");
    return state.starts_with("22") || state.starts_with("23")
        ? tr("Rows of Bartizan's have the event type SYSTEM_CONFIG, the outcome SUCCESS and each of the severities")
        : QString();
}

/// Whether a failure is about the table, and not about the moment or the server.
bool saysSomething(const std::string &state)
{
    // 23505: somebody has just that key.
    static constexpr const char *kOthers[] = {"23505", "25006", "57", "55P03", "40", "53", "08", "58", "XX"};
    return !state.empty()
        && std::none_of(std::begin(kOthers), std::end(kOthers), [&](const char *other) { return state.starts_with(other); });
}

/// Adds a row by the first of the statements that the server takes, and takes it back. Where it refers to what is not
/// there, the second one leaves that out.
Result<void> tryRow(PostgresConnection &connection, const AuditEvent &row, const QStringList &inserts)
{
    PostgresJson json;
    json.record(row);
    const PostgresParameters values = PostgresParameters().raw(json.take());
    if (auto set = connection.execute("SAVEPOINT row"); !set)
        return set;
    Result<void> taken;
    for (const QString &insert : inserts) {
        const auto added = connection.query(insert.toStdString(), values);
        taken = added ? Result<void>() : Result<void>(added.error());
        if (taken || connection.sqlState() != "23503" || &insert == &inserts.back())
            break;
        if (auto undone = connection.execute("ROLLBACK TO SAVEPOINT row"); !undone)
            return undone;
    }
    if (taken) // What is checked no sooner than at the commit.
        taken = connection.execute("SET CONSTRAINTS ALL IMMEDIATE");
    return taken ? connection.execute("ROLLBACK TO SAVEPOINT row") : taken;
}

} // namespace

Result<QString> tryAuditRows(PostgresConnection &connection, const AuditTable &table, const AuditColumns &columns, AuditTrial way)
{
    // Whoever holds the table locked is not waited for long.
    if (auto begun = connection.execute("SAVEPOINT trial; SET LOCAL lock_timeout = '2s'"); !begun)
        return begun.error();
    const QStringList inserts = auditTrials(table, columns, way);
    QString problem;
    for (const AuditEvent &row : ownRows(table, columns)) {
        if (auto tried = tryRow(connection, row, inserts); !tried) {
            const std::string state = connection.sqlState();
            if (!saysSomething(state))
                return tried.error();
            const QString said = tried.error().message.mid(connection.error(QString()).message.size());
            problem = tr("it does not take a row that Bartizan writes, SYSTEM_CONFIG “%1”: %2")
                          .arg(QString::fromStdString(row.action), said);
            if (const QString advice = adviceFor(state, row, table, columns); !advice.isEmpty())
                problem += QStringLiteral(". ") + advice;
            break;
        }
    }
    const auto undone = connection.execute("ROLLBACK TO SAVEPOINT trial");
    return undone ? Result<QString>(problem) : Result<QString>(undone.error());
}

QString missingWords(const AuditTable &table, const AuditColumns &columns)
{
    QStringList problems;
    for (const QString &field : {QStringLiteral("eventType"), QStringLiteral("outcome"), QStringLiteral("severity")}) {
        const AuditColumn *column = auditColumn(columns, table.columns.value(field));
        if (!column || column->words.isEmpty())
            continue;
        QStringList lacking;
        QStringList additions;
        for (const QString &word : writtenWords(field)) {
            if (column->words.contains(word))
                continue;
            lacking << QStringLiteral("'%1'").arg(word);
            additions << QStringLiteral("ALTER TYPE %1 ADD VALUE '%2'").arg(column->type, word);
        }
        if (!lacking.isEmpty()) {
            problems << tr("its column “%1” does not take %2, which Bartizan writes into it; this mends it: %3")
                            .arg(column->name, lacking.join(QStringLiteral(", ")), additions.join(QStringLiteral("; ")));
        }
    }
    return problems.join(QStringLiteral("; "));
}

} // namespace bartizan
