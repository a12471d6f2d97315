// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/auditview.h"

#include "core/domain/enums.h"

#include <algorithm>

namespace bartizan {
namespace {

QString quotedName(QString name)
{
    return QLatin1Char('"') + name.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

template<typename E>
QStringList wordsOf()
{
    QStringList words;
    for (const std::string_view word : enumNames<E>())
        words << QString::fromLatin1(word.data(), static_cast<qsizetype>(word.size()));
    return words;
}

QStringList wordsOf(const QString &field)
{
    if (field == QLatin1String("eventType"))
        return wordsOf<SecurityEventType>();
    return field == QLatin1String("outcome") ? wordsOf<AuditOutcome>() : wordsOf<AuditSeverity>();
}

/// The texts of bartizan.log, by field.
const QList<std::pair<QString, QString>> &texts()
{
    static const QList<std::pair<QString, QString>> names{
        {QStringLiteral("action"), QStringLiteral("action")},
        {QStringLiteral("userId"), QStringLiteral("user_id")},
        {QStringLiteral("companyId"), QStringLiteral("company_id")},
        {QStringLiteral("platformUserId"), QStringLiteral("platform_user_id")},
        {QStringLiteral("ipAddress"), QStringLiteral("ip_address")},
        {QStringLiteral("userAgent"), QStringLiteral("user_agent")},
        {QStringLiteral("country"), QStringLiteral("country")},
        {QStringLiteral("sessionId"), QStringLiteral("session_id")},
        {QStringLiteral("requestId"), QStringLiteral("request_id")},
        {QStringLiteral("metadata"), QStringLiteral("metadata")},
        {QStringLiteral("errorMessage"), QStringLiteral("error_message")},
    };
    return names;
}

/// Writes the parts of the view and of its trigger for one table.
class ViewWriter {
public:
    ViewWriter(const AuditTable &table, const QMap<QString, QString> &types) : m_table(table), m_types(types) {}

    QString view() const;
    QString rawView() const;
    QString insertFunction() const;
    QString keyFunction() const;

private:
    bool has(const QString &field) const { return m_table.columns.contains(field); }
    QString column(const QString &field) const { return QStringLiteral("f.") + quotedName(m_table.columns.value(field)); }
    QString typeOf(const QString &field) const { return m_types.value(m_table.columns.value(field)); }
    QString text(const QString &field) const;
    QString number(const QString &field) const;
    QString milliseconds() const;
    QString key() const;
    QString problem() const;
    QString value(const QString &field, const QString &name) const;
    QString insert(const QStringList &withoutValue) const;

    const AuditTable &m_table;
    const QMap<QString, QString> &m_types;
};

QString ViewWriter::text(const QString &field) const
{
    if (!has(field))
        return QStringLiteral("NULL::text");
    if (typeOf(field) == QLatin1String("inet")) // As text it would have its mask.
        return QStringLiteral("host(%1)").arg(column(field));
    return column(field) + QStringLiteral("::text");
}

QString ViewWriter::number(const QString &field) const
{
    if (!has(field))
        return QStringLiteral("0");
    QString cases = QStringLiteral("CASE upper(%1::text)").arg(column(field));
    const QStringList words = wordsOf(field);
    for (qsizetype i = 0; i < words.size(); ++i)
        cases += QStringLiteral(" WHEN '%1' THEN %2").arg(words.at(i)).arg(i);
    return cases + QStringLiteral(" END");
}

QString ViewWriter::milliseconds() const
{
    const QString time = column(QStringLiteral("timestamp"));
    if (m_table.timeType == QLatin1String("ms"))
        return time;
    // A time without a zone is UTC, whatever zone the session has; extract() takes it so. "infinity" is no time.
    return QStringLiteral("CASE WHEN isfinite(%1) THEN floor(extract(epoch FROM %1) * 1000)::bigint END").arg(time);
}

QString ViewWriter::key() const
{
    return column(QStringLiteral("id"))
        + (m_table.keyType == QLatin1String("text") ? QStringLiteral("::text AS raw_id") : QStringLiteral(" AS raw_id"));
}

/// Why a row cannot be read, as the column and its value; NULL: it can.
QString ViewWriter::problem() const
{
    QString cases = QStringLiteral("CASE");
    for (const QString &field : {QStringLiteral("eventType"), QStringLiteral("outcome"), QStringLiteral("timestamp")}) {
        const QString name = QString(m_table.columns.value(field)).replace(QLatin1Char('\''), QStringLiteral("''"));
        const bool time = field == QLatin1String("timestamp");
        cases += QStringLiteral(" WHEN %1 IS NULL THEN '%2: is missing' WHEN %3 IS NULL THEN '%2: \"' || left(%1::text, 80) || '\" %4'")
                     .arg(column(field), name, time ? milliseconds() : number(field),
                          time ? QStringLiteral("is no time") : QStringLiteral("is unknown"));
    }
    return cases + QStringLiteral(" END");
}

QString ViewWriter::view() const
{
    QStringList columns{text(QStringLiteral("id")) + QStringLiteral(" AS row_key"),
                        key(),
                        column(QStringLiteral("timestamp")) + QStringLiteral(" AS raw_time"),
                        text(QStringLiteral("companyId")) + QStringLiteral(" AS raw_company"),
                        text(QStringLiteral("userId")) + QStringLiteral(" AS raw_user"),
                        text(QStringLiteral("ipAddress")) + QStringLiteral(" AS raw_ip"),
                        (m_table.hasCursor ? QStringLiteral("f.tx") : QStringLiteral("NULL::xid8")) + QStringLiteral(" AS tx"),
                        milliseconds() + QStringLiteral(" AS timestamp"),
                        number(QStringLiteral("eventType")) + QStringLiteral(" AS event_type"),
                        number(QStringLiteral("outcome")) + QStringLiteral(" AS outcome"),
                        QStringLiteral("coalesce(%1, 0) AS severity").arg(number(QStringLiteral("severity")))};
    for (const auto &[field, name] : texts())
        columns << text(field) + QStringLiteral(" AS ") + name;
    return QStringLiteral("CREATE VIEW bartizan.log_all AS SELECT %1 FROM %2 AS f WHERE (%3) IS NOT NULL AND (%4) IS NOT NULL "
                          "AND (%5) IS NOT NULL")
        .arg(columns.join(QStringLiteral(", ")), m_table.relation, number(QStringLiteral("eventType")),
             number(QStringLiteral("outcome")), milliseconds());
}

/// All rows, those that cannot be read with the reason and their text.
QString ViewWriter::rawView() const
{
    return QStringLiteral("CREATE VIEW bartizan.log_raw AS SELECT r.row_key, r.raw_id, r.raw_time, r.tx, r.timestamp, r.company_id, "
                          "r.problem, CASE WHEN r.problem IS NOT NULL THEN to_jsonb(r.whole)::text END AS problem_row "
                          "FROM (SELECT %1 AS row_key, %2, %3 AS raw_time, %4 AS tx, %5 AS timestamp, %6 AS company_id, "
                          "%7 AS problem, f AS whole FROM %8 AS f) AS r")
        .arg(text(QStringLiteral("id")), key(), column(QStringLiteral("timestamp")),
             m_table.hasCursor ? QStringLiteral("f.tx") : QStringLiteral("NULL::xid8"), milliseconds(),
             text(QStringLiteral("companyId")), problem(), m_table.relation);
}

/// What a column is given of a row that Bartizan writes.
QString ViewWriter::value(const QString &field, const QString &name) const
{
    const QString type = typeOf(field);
    if (field == QLatin1String("id"))
        return QStringLiteral("NEW.row_key::") + m_table.keyType;
    if (field == QLatin1String("timestamp")) {
        if (m_table.timeType == QLatin1String("ms"))
            return QStringLiteral("NEW.timestamp");
        return QStringLiteral("(%1 + NEW.timestamp * interval '1 millisecond')")
            .arg(m_table.timeType.startsWith(QLatin1String("timestamptz")) ? QStringLiteral("timestamptz '1970-01-01 00:00:00+00'")
                                                                           : QStringLiteral("timestamp '1970-01-01 00:00:00'"));
    }
    if (name.isEmpty()) { // A word of an enumeration.
        const QString number = field == QLatin1String("eventType") ? QStringLiteral("event_type") : field;
        return QStringLiteral("(SELECT v.name FROM bartizan.vocabulary AS v WHERE v.kind = '%1' AND v.value = NEW.%2)::%3")
            .arg(field, number, type);
    }
    if (type == QLatin1String("jsonb") || type == QLatin1String("json"))
        return QStringLiteral("bartizan.json_of(NEW.%1)::%2").arg(name, type);
    return QStringLiteral("NEW.%1::%2").arg(name, type);
}

QString ViewWriter::insert(const QStringList &withoutValue) const
{
    QStringList names;
    QStringList values;
    const auto take = [&](const QString &field, const QString &name) {
        if (!has(field))
            return;
        names << quotedName(m_table.columns.value(field));
        values << (withoutValue.contains(field) ? QStringLiteral("NULL") : value(field, name));
    };
    for (const QString &field : {QStringLiteral("id"), QStringLiteral("timestamp"), QStringLiteral("eventType"),
                                 QStringLiteral("outcome"), QStringLiteral("severity")})
        take(field, {});
    for (const auto &[field, name] : texts())
        take(field, name);
    return QStringLiteral("INSERT INTO %1 (%2) VALUES (%3);")
        .arg(m_table.relation, names.join(QStringLiteral(", ")), values.join(QStringLiteral(", ")));
}

QString ViewWriter::insertFunction() const
{
    // Where the application's table refers to its users and companies, a row about somebody else, such as the analyst who
    // acknowledged, is kept without the reference.
    return QStringLiteral("CREATE OR REPLACE FUNCTION bartizan.log_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
                          "SET search_path = pg_catalog, pg_temp AS $bartizan$ BEGIN BEGIN %1 "
                          "EXCEPTION WHEN foreign_key_violation THEN %2 END; RETURN NEW; END $bartizan$")
        .arg(insert({}),
             insert({QStringLiteral("userId"), QStringLiteral("companyId"), QStringLiteral("platformUserId")}));
}

QString ViewWriter::keyFunction() const
{
    QString key = QStringLiteral("gen_random_uuid()::text");
    if (m_table.keyType == QLatin1String("text"))
        key = QStringLiteral("'bz' || replace(gen_random_uuid()::text, '-', '')");
    else if (m_table.keyType != QLatin1String("uuid"))
        key = QStringLiteral("nextval(pg_get_serial_sequence('%1', '%2'))::text")
                  .arg(QString(m_table.relation).replace(QLatin1Char('\''), QStringLiteral("''")),
                       m_table.columns.value(QStringLiteral("id")).replace(QLatin1Char('\''), QStringLiteral("''")));
    return QStringLiteral("CREATE OR REPLACE FUNCTION bartizan.new_row_key() RETURNS text LANGUAGE sql VOLATILE SECURITY DEFINER "
                          "SET search_path = pg_catalog, pg_temp AS $bartizan$ SELECT %1 $bartizan$")
        .arg(key);
}

} // namespace

const QStringList &auditFields()
{
    static const QStringList fields = [] {
        QStringList all{QStringLiteral("id"), QStringLiteral("timestamp"), QStringLiteral("eventType"),
                        QStringLiteral("outcome"), QStringLiteral("severity")};
        for (const auto &[field, name] : texts())
            all << field;
        return all;
    }();
    return fields;
}

bool knowsWord(const QString &field, const QString &word)
{
    return wordsOf(field).contains(word.toUpper());
}

QStringList viewStatements(const AuditTable &table, const QMap<QString, QString> &types)
{
    const ViewWriter writer(table, types);
    return {QStringLiteral("DROP VIEW IF EXISTS bartizan.security_audit_log"),
            QStringLiteral("DROP VIEW bartizan.log_raw, bartizan.log, bartizan.log_all"),
            writer.view(),
            writer.rawView(),
            // A barrier: else a function of a reader's own could look at rows before they are filtered.
            QStringLiteral("CREATE VIEW bartizan.log WITH (security_barrier) AS SELECT * FROM bartizan.log_all "
                           "WHERE (SELECT bartizan.sees_all()) OR coalesce(company_id, '') = "
                           "ANY ((SELECT bartizan.my_companies())::text[])"),
            writer.insertFunction(),
            QStringLiteral("CREATE TRIGGER log_insert INSTEAD OF INSERT ON bartizan.log FOR EACH ROW "
                           "EXECUTE FUNCTION bartizan.log_insert()"),
            writer.keyFunction()};
}

QStringList cursorStatements(const QString &relation)
{
    return {QStringLiteral("SET LOCAL lock_timeout = '5s'"), QStringLiteral("ALTER TABLE %1 ADD COLUMN tx xid8").arg(relation),
            QStringLiteral("ALTER TABLE %1 ALTER COLUMN tx SET DEFAULT pg_current_xact_id()").arg(relation)};
}

QString cursorIndex(const QString &relation)
{
    return QStringLiteral("CREATE INDEX CONCURRENTLY ON %1 (tx) WHERE tx IS NOT NULL").arg(relation);
}

} // namespace bartizan
