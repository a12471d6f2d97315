// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/auditview.h"

#include "core/domain/companysize.h"
#include "core/domain/enums.h"

#include <algorithm>

namespace bartizan {
namespace {

QString quotedText(QString text)
{
    return QLatin1Char('\'') + text.replace(QLatin1Char('\''), QStringLiteral("''")) + QLatin1Char('\'');
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
    ViewWriter(const AuditTable &table, const AuditColumns &columns) : m_table(table), m_columns(columns) {}

    QString view() const;
    QString rawView() const;
    QString insertFunction() const;
    QString keyFunction() const;
    QString staleFunction() const;
    /// A key for a row that Bartizan writes,
    QString newKey() const;
    /// and one for a row that is tried, far beyond those that anybody is about to use.
    QString trialKey() const;
    /// What adds a row that SQL calls NEW; `head` and `from` stand around what is added. Without what refers to other tables,
    /// where that is `loose`.
    QString insert(bool loose, const QString &head, const QString &from) const;
    /// Whether the column of users takes that of the row, as SQL; empty: it takes every text.
    QString takesUser() const;

private:
    bool has(const QString &field) const { return m_table.columns.contains(field); }
    QString column(const QString &field) const { return QStringLiteral("f.") + quotedName(m_table.columns.value(field)); }
    QString typeOf(const QString &field) const;
    QString text(const QString &field) const;
    QString number(const QString &field) const;
    QString milliseconds() const;
    QString key() const;
    QString problem() const;
    bool isText(const QString &field) const;
    QString tooLong(const QString &field) const;
    QString rowKey() const;
    QString fits() const;
    QString value(const QString &field, const QString &name, bool loose) const;
    QString metadata(bool loose) const;

    const AuditTable &m_table;
    const AuditColumns &m_columns;
};

QString ViewWriter::typeOf(const QString &field) const
{
    const AuditColumn *column = auditColumn(m_columns, m_table.columns.value(field));
    return column ? column->type : QString();
}

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
    const auto add = [&](const QString &field, const QString &condition, const QString &what) {
        const QString name = QString(m_table.columns.value(field)).replace(QLatin1Char('\''), QStringLiteral("''"));
        cases += QStringLiteral(" WHEN %1 THEN '%2: %3'").arg(condition, name, what);
    };
    const QString key = QStringLiteral("id");
    add(key, column(key) + QStringLiteral(" IS NULL"), QStringLiteral("is missing"));
    for (const QString &field : {key, QStringLiteral("companyId")}) {
        if (isText(field))
            add(field, tooLong(field), QStringLiteral("is longer than %1 bytes").arg(kMostCompanyBytes));
    }
    return cases + QStringLiteral(" END");
}

/// Whether a column holds texts, of whatever length.
bool ViewWriter::isText(const QString &field) const
{
    static const QStringList bounded{QStringLiteral("bigint"), QStringLiteral("integer"), QStringLiteral("smallint"), QStringLiteral("uuid")};
    return has(field) && !bounded.contains(typeOf(field));
}

QString ViewWriter::tooLong(const QString &field) const
{
    return QStringLiteral("octet_length(%1) > %2").arg(text(field)).arg(kMostCompanyBytes);
}

/// The key that a row is known by, of one that has none that can be kept as well: no index takes a long one, and a view may
/// have rows without.
QString ViewWriter::rowKey() const
{
    const QString key = QStringLiteral("id");
    return QStringLiteral("CASE WHEN %1 IS NULL THEN 'none ' || md5(f::text) %2ELSE %3 END")
        .arg(column(key),
             isText(key) ? QStringLiteral("WHEN %1 THEN 'long ' || md5(%2) ").arg(tooLong(key), text(key)) : QString(), text(key));
}

/// Whether a row's key and company can be kept, as SQL. In a form of which the server expects that nearly all do.
QString ViewWriter::fits() const
{
    QString cases = QStringLiteral("CASE WHEN %1 IS NULL THEN NULL").arg(column(QStringLiteral("id")));
    for (const QString &field : {QStringLiteral("id"), QStringLiteral("companyId")}) {
        if (isText(field))
            cases += QStringLiteral(" WHEN %1 THEN NULL").arg(tooLong(field));
    }
    return QStringLiteral("(%1 ELSE true END) IS NOT NULL").arg(cases);
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
                          "AND (%5) IS NOT NULL AND %6")
        .arg(columns.join(QStringLiteral(", ")), m_table.relation, number(QStringLiteral("eventType")),
             number(QStringLiteral("outcome")), milliseconds(), fits());
}

/// All rows, those that cannot be read with the reason and their text.
QString ViewWriter::rawView() const
{
    return QStringLiteral("CREATE VIEW bartizan.log_raw AS SELECT r.row_key, r.raw_id, r.raw_time, r.tx, r.timestamp, r.company_id, "
                          "r.problem, CASE WHEN r.problem IS NOT NULL THEN to_jsonb(r.whole)::text END AS problem_row "
                          "FROM (SELECT %1 AS row_key, %2, %3 AS raw_time, %4 AS tx, %5 AS timestamp, %6 AS company_id, "
                          "%7 AS problem, f AS whole FROM %8 AS f) AS r")
        .arg(rowKey(), key(), column(QStringLiteral("timestamp")),
             m_table.hasCursor ? QStringLiteral("f.tx") : QStringLiteral("NULL::xid8"), milliseconds(),
             text(QStringLiteral("companyId")), problem(), m_table.relation);
}

QString ViewWriter::takesUser() const
{
    const AuditColumn *column = auditColumn(m_columns, m_table.columns.value(QStringLiteral("userId")));
    if (!column)
        return {};
    static const QMap<QString, QString> forms{
        {QStringLiteral("uuid"), QStringLiteral("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")},
        {QStringLiteral("bigint"), QStringLiteral("^[0-9]{1,18}$")},
        {QStringLiteral("integer"), QStringLiteral("^[0-9]{1,9}$")},
        {QStringLiteral("smallint"), QStringLiteral("^[0-9]{1,4}$")},
    };
    if (const QString form = forms.value(column->type); !form.isEmpty())
        return QStringLiteral("NEW.user_id ~ '%1'").arg(form);
    return column->length < 0 ? QString() : QStringLiteral("length(NEW.user_id) <= %1").arg(column->length);
}

/// A person who does something need not be a user of the application's. Where the column cannot hold a user of Bartizan's
/// own rows (SYSTEM_CONFIG), it stands in the metadata. Other rows, which are imported, are refused: no rule by user would see
/// theirs.
QString ViewWriter::metadata(bool loose) const
{
    const QString type = typeOf(QStringLiteral("metadata"));
    const bool json = type == QLatin1String("jsonb") || type == QLatin1String("json");
    const QString plain = (json ? QStringLiteral("bartizan.json_of(NEW.metadata)::") : QStringLiteral("NEW.metadata::")) + type;
    const QString takes = takesUser();
    if (!has(QStringLiteral("userId")) || (takes.isEmpty() && !loose))
        return plain;
    return QStringLiteral("CASE WHEN NEW.event_type = 10 AND %1 THEN (coalesce(bartizan.json_of(NEW.metadata), '{}') || "
                          "jsonb_build_object('userId', NEW.user_id))%2::%3 ELSE %4 END")
        .arg(loose ? QStringLiteral("NEW.user_id IS NOT NULL") : QStringLiteral("NOT (%1)").arg(takes),
             json ? QString() : QStringLiteral("::text"), type, plain);
}

/// What a column is given of a row that Bartizan writes.
QString ViewWriter::value(const QString &field, const QString &name, bool loose) const
{
    static const QStringList references{QStringLiteral("userId"), QStringLiteral("companyId"), QStringLiteral("platformUserId")};
    const QString type = typeOf(field);
    if (loose && references.contains(field))
        return QStringLiteral("NULL");
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
    if (field == QLatin1String("metadata"))
        return metadata(loose);
    const QString plain = QStringLiteral("NEW.%1::%2").arg(name, type);
    const QString takes = field == QLatin1String("userId") ? takesUser() : QString();
    return takes.isEmpty() ? plain
                           : QStringLiteral("CASE WHEN NEW.event_type = 10 AND NOT (%1) THEN NULL ELSE %2 END").arg(takes, plain);
}

QString ViewWriter::insert(bool loose, const QString &head, const QString &from) const
{
    QStringList names;
    QStringList values;
    const auto take = [&](const QString &field, const QString &name) {
        if (!has(field))
            return;
        names << quotedName(m_table.columns.value(field));
        values << value(field, name, loose);
    };
    for (const QString &field : {QStringLiteral("id"), QStringLiteral("timestamp"), QStringLiteral("eventType"),
                                 QStringLiteral("outcome"), QStringLiteral("severity")})
        take(field, {});
    for (const auto &[field, name] : texts())
        take(field, name);
    return QStringLiteral("INSERT INTO %1 (%2) %3%4%5")
        .arg(m_table.relation, names.join(QStringLiteral(", ")), head, values.join(QStringLiteral(", ")), from);
}

QString ViewWriter::insertFunction() const
{
    // Where the application's table refers to its users and companies, a row about somebody else, such as the analyst who
    // acknowledged, is kept without the reference. What the table refuses for another reason is told with its name.
    return QStringLiteral("CREATE OR REPLACE FUNCTION bartizan.log_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
                          "SET search_path = pg_catalog, pg_temp AS $bartizan$ BEGIN BEGIN %1; "
                          "EXCEPTION WHEN foreign_key_violation THEN %2; "
                          "WHEN data_exception OR integrity_constraint_violation THEN "
                          "RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = %3 || ' does not take the row \"' || "
                          "left(NEW.action, 80) || '\": ' || SQLERRM; "
                          "END; RETURN NEW; END $bartizan$")
        .arg(insert(false, QStringLiteral("VALUES ("), QStringLiteral(")")), insert(true, QStringLiteral("VALUES ("), QStringLiteral(")")),
             quotedText(m_table.relation));
}

QString ViewWriter::newKey() const
{
    if (m_table.keyType == QLatin1String("text"))
        return QStringLiteral("'bz' || replace(gen_random_uuid()::text, '-', '')");
    if (m_table.keyType == QLatin1String("uuid"))
        return QStringLiteral("gen_random_uuid()::text");
    return QStringLiteral("nextval(pg_get_serial_sequence(%1, %2))::text")
        .arg(quotedText(m_table.relation), quotedText(m_table.columns.value(QStringLiteral("id"))));
}

QString ViewWriter::trialKey() const
{
    // A sequence that is asked for a number goes on for good, whatever is rolled back.
    static const QMap<QString, QString> most{{QStringLiteral("smallint"), QStringLiteral("32767")},
                                             {QStringLiteral("integer"), QStringLiteral("2147483647")},
                                             {QStringLiteral("bigint"), QStringLiteral("9223372036854775807")}};
    if (!most.contains(m_table.keyType))
        return newKey();
    return QStringLiteral("least(coalesce(pg_sequence_last_value(pg_get_serial_sequence(%1, %2)::regclass), 0)::numeric + 100000, %3)::text")
        .arg(quotedText(m_table.relation), quotedText(m_table.columns.value(QStringLiteral("id"))), most.value(m_table.keyType));
}

QString ViewWriter::keyFunction() const
{
    return QStringLiteral("CREATE OR REPLACE FUNCTION bartizan.new_row_key() RETURNS text LANGUAGE sql VOLATILE SECURITY DEFINER "
                          "SET search_path = pg_catalog, pg_temp AS $bartizan$ SELECT %1 $bartizan$")
        .arg(newKey());
}

/// What has changed is told by what roll-ups hold of a row, as it was and as it is.
QString ViewWriter::staleFunction() const
{
    const QString rows = QStringLiteral("SELECT %1 AS row_key, %2 AS at, %3 AS event_type, %4 AS outcome, %5 AS severity, %6 AS user_id, "
                                        "%7 AS company_id, %8 AS country, %9 AS ip_address")
                             .arg(text(QStringLiteral("id")), milliseconds(), number(QStringLiteral("eventType")),
                                  number(QStringLiteral("outcome")), number(QStringLiteral("severity")),
                                  text(QStringLiteral("userId")), text(QStringLiteral("companyId")), text(QStringLiteral("country")),
                                  text(QStringLiteral("ipAddress")));
    const QString gone = rows + QStringLiteral(" FROM gone AS f");
    const QString come = rows + QStringLiteral(" FROM come AS f");
    const QString note = QStringLiteral("INSERT INTO bartizan.rollup_stale (quarter, company_id) SELECT DISTINCT "
                                        "floor(c.at / 900000.0)::bigint, c.company_id FROM (%1) AS c WHERE c.at IS NOT NULL; ");
    return QStringLiteral("CREATE OR REPLACE FUNCTION bartizan.note_rows_stale() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
                          "SET search_path = pg_catalog, pg_temp AS $bartizan$ BEGIN IF TG_OP = 'UPDATE' THEN ")
        + note.arg(QStringLiteral("(%1 EXCEPT ALL %2) UNION ALL (%2 EXCEPT ALL %1)").arg(gone, come)) + QStringLiteral("ELSE ")
        + note.arg(gone) + QStringLiteral("END IF; RETURN NULL; END $bartizan$");
}

} // namespace

QString quotedName(QString name)
{
    return QLatin1Char('"') + name.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

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

QString staleFunction(const AuditTable &table, const AuditColumns &columns)
{
    return ViewWriter(table, columns).staleFunction();
}

QStringList dropViewStatements()
{
    return {QStringLiteral("DROP VIEW IF EXISTS bartizan.security_audit_log"),
            // Somebody may have dropped them, to change the table.
            QStringLiteral("DROP VIEW IF EXISTS bartizan.log_raw, bartizan.log, bartizan.log_all")};
}

QStringList viewStatements(const AuditTable &table, const AuditColumns &columns)
{
    const ViewWriter writer(table, columns);
    return dropViewStatements()
        + QStringList{
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

bool takesLogins(const AuditTable &table, const AuditColumns &columns)
{
    return !ViewWriter(table, columns).takesUser().contains(QLatin1Char('~'));
}

QStringList auditTrials(const AuditTable &table, const AuditColumns &columns, AuditTrial way)
{
    const ViewWriter writer(table, columns);
    const QString rows = QStringLiteral(" FROM (SELECT %1 AS row_key, r.* FROM json_to_recordset($1::json) AS r (timestamp bigint, "
                                        "event_type integer, outcome integer, severity integer, action text, user_id text, "
                                        "company_id text, platform_user_id text, ip_address text, user_agent text, "
                                        "country text, session_id text, request_id text, metadata text, "
                                        "error_message text)) AS new")
                             .arg(writer.trialKey());
    if (way == AuditTrial::View) {
        return {QStringLiteral("INSERT INTO bartizan.log (row_key, timestamp, event_type, outcome, severity, action, user_id, "
                               "company_id, platform_user_id, ip_address, user_agent, country, session_id, request_id, "
                               "metadata, error_message) SELECT *") + rows};
    }
    return {writer.insert(false, QStringLiteral("SELECT "), rows), writer.insert(true, QStringLiteral("SELECT "), rows)};
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
