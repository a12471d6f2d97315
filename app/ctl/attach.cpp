// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/auditattach.h"

#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/terminal.h"
#include "core/storage/auditview.h"

#include <utility>

namespace bartizan::ctl {
namespace {

/// Reads "userId=who,companyId=tenant"; false after a message.
bool readColumns(const ArgumentParser &arguments, QMap<QString, QString> &columns)
{
    for (const QString &pair : arguments.value(QStringLiteral("columns")).split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const qsizetype sign = pair.indexOf(QLatin1Char('='));
        if (sign <= 0 || sign == pair.size() - 1) {
            arguments.unusable(Text::tr("--columns: '%1' is not FIELD=COLUMN").arg(pair));
            return false;
        }
        const QString field = pair.left(sign).trimmed();
        if (!auditFields().contains(field)) {
            arguments.unusable(Text::tr("--columns: there is no field '%1'; the fields are %2")
                                   .arg(field, auditFields().join(QStringLiteral(", "))));
            return false;
        }
        columns.insert(field, pair.mid(sign + 1).trimmed());
    }
    return true;
}

QString standing(const AuditTable &table)
{
    if (!table.problem.isEmpty())
        return Text::tr("cannot serve: %1").arg(table.problem);
    return table.hasCursor ? Text::tr("can serve; its column tx makes following it exact")
                           : Text::tr("can serve; without a column for the cursor an overlap of 5 minutes is searched");
}

void listTable(const Invocation &invocation, const QString &relation, const QString &words)
{
    invocation.terminal.write(printable(QString(relation + QStringLiteral(": ") + words).toStdString()) + '\n');
}

/// Which columns are read for which fields, as it is given to --columns.
QString mappingOf(const FollowedLog &followed)
{
    QStringList pairs;
    for (const QString &field : auditFields()) {
        if (followed.columns.contains(field))
            pairs << field + QLatin1Char('=') + followed.columns.value(field);
    }
    return QStringLiteral("--columns ") + pairs.join(QLatin1Char(','));
}

int listTables(const Invocation &invocation, const std::vector<AuditTable> &tables, const FollowedLog &followed)
{
    bool shown = followed.own || followed.relation.isEmpty();
    const QString isFollowed = Text::tr("is followed with %1").arg(mappingOf(followed));
    for (const AuditTable &table : tables) {
        const bool is = !followed.own && table.relation == followed.relation;
        shown = shown || is;
        listTable(invocation, table.relation, is ? isFollowed + QStringLiteral("; ") + standing(table) : standing(table));
    }
    if (!shown)
        listTable(invocation, followed.relation, isFollowed);
    if (!followed.relation.isEmpty())
        listTable(invocation, kOwnAuditLog, followed.own ? Text::tr("is followed; it is Bartizan's own log") : Text::tr("Bartizan's own log, not followed now"));
    if (tables.empty())
        invocation.terminal.note(Text::tr("No table looks like an audit log; name one, with --columns where needed."));
    return kDone;
}

int list(const Invocation &invocation, const ConnectionProfile &profile)
{
    const auto followed = followedAuditLog(profile, {});
    if (!followed)
        return failed(invocation, followed.error());
    auto tables = findAuditTables(profile, {});
    if (!tables)
        return failed(invocation, tables.error());
    for (AuditTable &table : *tables) {
        if (followed->own || table.relation != followed->relation)
            continue;
        auto asFollowed = describeAuditTable(profile, {}, table.relation, followed->columns);
        if (!asFollowed)
            return failed(invocation, asFollowed.error());
        table = std::move(*asFollowed);
    }
    return listTables(invocation, *tables, *followed);
}

void tellOf(Terminal &terminal, const AuditTable &table, const AttachOptions &options)
{
    terminal.write(printable(Text::tr("%1 is followed from now on").arg(table.relation).toStdString()) + '\n');
    if (table.own) {
        terminal.note(Text::tr("Whoever was granted rights on the view bartizan.security_audit_log beside Bartizan's roles needs "
                               "them granted again."));
        return;
    }
    if (!options.appendOnly && !options.rollUp) {
        terminal.note(Text::tr("Metrics are counted from its rows each time, which takes seconds where they are millions. Where triggers "
                               "may be put on it, --roll-up lets them be answered at once; if no row is ever changed or deleted, "
                               "so does --append-only."));
    }
    if (!table.hasCursor && !options.addCursor) {
        terminal.note(Text::tr("Without a column for the cursor, rows are found that are committed within 5 minutes, or as "
                               "long as the longest transaction takes; --add-cursor-column makes it exact."));
    }
    if (!table.takesLogins) {
        terminal.note(table.columns.contains(QStringLiteral("metadata"))
                          ? Text::tr("Its column of users does not take logins: who acknowledges an alert or changes settings stands "
                                     "as 'userId' in the metadata of the row.")
                          : Text::tr("Its column of users does not take logins, and it has none for metadata: its rows do not tell "
                                     "who acknowledges an alert or changes settings."));
    }
    for (const QString &word : table.unknownWords)
        terminal.note(Text::tr("Rows with the word '%1' go to quarantine: Bartizan does not know it.").arg(word));
    for (const QString &word : table.unknownSeverities)
        terminal.note(Text::tr("Rows with the severity '%1' count as INFO: Bartizan does not know it.").arg(word));
}

int attach(const Invocation &invocation, const ArgumentParser &arguments, const ConnectionProfile &profile,
           const QMap<QString, QString> &columns)
{
    const AttachOptions options{arguments.isSet(QStringLiteral("add-cursor-column")),
                                arguments.isSet(QStringLiteral("append-only")), arguments.isSet(QStringLiteral("roll-up"))};
    if (options.appendOnly && options.rollUp)
        return arguments.unusable(Text::tr("--append-only and --roll-up exclude each other"));
    const bool own = arguments.isSet(QStringLiteral("own"));
    const auto table = describeAuditTable(profile, {}, own ? kOwnAuditLog : arguments.operands().first(), columns);
    if (!table)
        return failed(invocation, table.error());
    if (table->own && (!columns.isEmpty() || options.addCursor || options.appendOnly || options.rollUp))
        return arguments.unusable(Text::tr("Bartizan's own log takes none of --columns, --add-cursor-column, --append-only and --roll-up"));
    const auto followed = followedAuditLog(profile, {});
    if (!followed)
        return failed(invocation, followed.error());
    if (table->own && followed->own && followed->relation == table->relation) {
        invocation.terminal.write(printable(Text::tr("%1 is followed already").arg(table->relation).toStdString()) + '\n');
        return kDone;
    }
    if (const auto attached = attachAuditTable(profile, {}, *table, options); !attached)
        return failed(invocation, attached.error());
    tellOf(invocation.terminal, *table, options);
    if (const auto hidden = ownLogHoldsRows(profile, {}); !table->own && followed->own && hidden && *hidden) {
        invocation.terminal.note(Text::tr("Rows that were added to Bartizan's own log are out of sight from now on; “attach --own” "
                                          "brings them back, as long as the engine has taken none of an application's from this one."));
    }
    return kDone;
}

} // namespace

int runAttach(const Invocation &invocation)
{
    ArgumentParser arguments(
        invocation, Text::tr("[TABLE]"),
        Text::tr("Follows a table of the application's as the audit log, instead of Bartizan's own (PostgreSQL only). Without\n"
                 "a TABLE it lists those that look like one. Columns in camel case, as Prisma makes them, and in snake case\n"
                 "are found by themselves. The table gets rows inserted, and is otherwise left as it is. The list says which\n"
                 "log is followed, and by which columns: the database keeps that, for all engines and consoles."));
    arguments.addOption(QStringLiteral("columns"), QStringLiteral("FIELD=COLUMN,…"),
                        Text::tr("where the fields of an audit row are, such as userId=who"));
    arguments.addFlag(QStringLiteral("own"),
                      Text::tr("follows Bartizan's own log again, as long as no row of an application's was taken from another one"));
    arguments.addFlag(QStringLiteral("add-cursor-column"),
                      Text::tr("adds the column 'tx xid8' and an index on it, so that no row is ever missed"));
    arguments.addFlag(QStringLiteral("append-only"),
                      Text::tr("its rows are never changed or deleted: metrics are rolled up, and answered at once. Triggers\n"
                               "of the table tell when it was not so. Only with a column for the cursor"));
    arguments.addFlag(QStringLiteral("roll-up"),
                      Text::tr("metrics are rolled up, and answered at once, though its rows may be changed or deleted: triggers of\n"
                               "the table tell which quarter-hours are to be counted anew. Only with a column for the cursor"));
    if (const auto status = arguments.parse())
        return *status;
    QMap<QString, QString> columns;
    if (!readColumns(arguments, columns))
        return kUnusable;
    if (arguments.operands().size() + (arguments.isSet(QStringLiteral("own")) ? 1 : 0) > 1)
        return arguments.unusable(Text::tr("one TABLE at most can be followed"));
    const QString database = databasePath(arguments);
    if (database.isEmpty())
        return kUnusable;
    const auto profile = ConnectionProfile::fromUrl(database);
    if (!ConnectionProfile::isUrl(database) || !profile)
        return arguments.unusable(Text::tr("only a database on a PostgreSQL server can follow another table"));
    if (arguments.operands().isEmpty() && !arguments.isSet(QStringLiteral("own")))
        return list(invocation, *profile);
    return attach(invocation, arguments, *profile, columns);
}

} // namespace bartizan::ctl
