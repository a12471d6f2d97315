// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/settingsfile.h"
#include "app/ctl/table.h"
#include "app/ctl/terminal.h"
#include "core/report/documentjson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTimeZone>

#include <algorithm>

namespace bartizan::ctl {
namespace {

std::string valueText(const QJsonValue &value)
{
    // QJsonDocument prints arrays and objects only.
    const QByteArray list = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return list.mid(1, list.size() - 2).toStdString();
}

/// A value as `config set` takes it and `config get` prints it.
std::string plainTextOf(const QJsonValue &value)
{
    if (value.isArray()) {
        QStringList words;
        const QJsonArray entries = value.toArray();
        for (const QJsonValue &entry : entries)
            words.append(entry.toString());
        return words.join(QLatin1Char(',')).toStdString();
    }
    return value.isString() ? value.toString().toStdString() : valueText(value);
}

/// The rules' settings, "rules.RULE.NAME", in the order of the catalogue.
void appendRules(const QJsonObject &rules, std::vector<std::pair<QString, QJsonValue>> &all)
{
    for (const RuleInfo &rule : ruleCatalog()) {
        const QString name = QString::fromLatin1(rule.key.data(), static_cast<qsizetype>(rule.key.size()));
        const QJsonObject settings = rules.value(name).toObject();
        const QString prefix = QStringLiteral("rules.%1.").arg(name);
        all.emplace_back(prefix + QLatin1String("enabled"), settings.value(QLatin1String("enabled")));
        for (const RuleParameter &parameter : rule.parameters()) {
            const QString key = QString::fromLatin1(parameter.key.data(), static_cast<qsizetype>(parameter.key.size()));
            if (parameter.threshold.empty())
                all.emplace_back(prefix + key, settings.value(key));
        }
    }
}

/// Every setting by its key, "section.name", in the order of the configuration.
std::vector<std::pair<QString, QJsonValue>> flattened(const MonitoringSettings &settings)
{
    std::vector<std::pair<QString, QJsonValue>> all;
    const QJsonObject config = toJson(settings.config);
    for (const QString &section : {QStringLiteral("thresholds"), QStringLiteral("alerting"), QStringLiteral("retention")}) {
        const QJsonObject values = config.value(section).toObject();
        if (section == QLatin1String("alerting")) {
            for (const QString &name : {QStringLiteral("enabled"), QStringLiteral("channels")})
                all.emplace_back(section + QLatin1Char('.') + name, values.value(name));
        }
        for (const ConfigField &field : configFields()) {
            if (field.key().startsWith(section + QLatin1Char('.')))
                all.emplace_back(field.key(), field.get(settings.config));
        }
    }
    all.emplace_back(QStringLiteral("preset"), config.value(QLatin1String("preset")));
    all.emplace_back(QStringLiteral("detection.trackedKeys"), settings.config.trackedKeys);
    appendRules(config.value(QLatin1String("rules")).toObject(), all);
    all.emplace_back(kTimeZone, QString::fromStdString(settings.timeZone));
    all.emplace_back(kGeoDatabase, QString::fromStdString(settings.geoDatabase));
    return all;
}

/// VALUE of `config set`: a number, true, false, or for the channels a list with commas (or a JSON array).
QJsonValue parsedValue(const QString &key, const QString &text)
{
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray("[") + text.toUtf8() + ']');
    const QJsonArray parsed = document.array();
    if (parsed.size() == 1)
        return parsed.at(0);
    if (key != QLatin1String("alerting.channels"))
        return text;
    QJsonArray channels;
    for (const QString &channel : text.split(QLatin1Char(','), Qt::SkipEmptyParts))
        channels.append(channel.trimmed().toUpper());
    return channels;
}

/// Reads and checks `config set KEY VALUE` against the settings as they are.
Result<SettingsChange> changeOf(const MonitoringSettings &settings, const QString &key, const QString &value)
{
    SettingsChange change;
    if (key == kTimeZone) {
        if (!QTimeZone::isTimeZoneIdAvailable(value.toUtf8()))
            return Error{Text::tr("%1: '%2' is no time zone, such as Europe/Berlin").arg(key, value)};
        change.timeZone = value.toStdString();
        return change;
    }
    if (key == kGeoDatabase) {
        auto geo = geoDatabaseOf(value);
        if (!geo)
            return Error{QStringLiteral("%1: %2").arg(key, geo.error().message)};
        change.geoDatabase = std::move(*geo);
        return change;
    }
    const auto all = flattened(settings);
    const bool known = std::any_of(all.begin(), all.end(), [&](const auto &setting) { return setting.first == key; });
    if (!known && !key.startsWith(QLatin1String("rules."))) // merged() says more of those.
        return Error{Text::tr("%1: there is no such setting").arg(key)};
    // "a.b.c" is {"a":{"b":{"c":VALUE}}}.
    QStringList path = key.split(QLatin1Char('.'));
    QJsonValue part = parsedValue(key, value);
    while (path.size() > 1)
        part = QJsonObject{{path.takeLast(), part}};
    change.update.insert(path.first(), part);
    if (auto valid = merged(settings.config, change.update); !valid)
        return valid.error();
    return change;
}

int show(const Invocation &invocation, const ArgumentParser &arguments, const MonitoringSettings &settings)
{
    if (arguments.isSet(QStringLiteral("json"))) {
        JsonWriter json;
        json.beginObject();
        writeConfigMembers(json, settings.config);
        json.key("timeZone");
        json.text(settings.timeZone);
        json.key("geoDatabase");
        json.text(settings.geoDatabase);
        json.endObject();
        invocation.terminal.writeData(json.take() + '\n');
        return kDone;
    }
    Table table{{Text::tr("KEY")}, {Text::tr("VALUE")}};
    for (const auto &[key, value] : flattened(settings))
        table.add({key.toStdString(), plainTextOf(value)});
    table.print(invocation.terminal);
    return kDone;
}

int showOne(const Invocation &invocation, const ArgumentParser &arguments, const MonitoringSettings &settings,
            const QString &key)
{
    for (const auto &[name, value] : flattened(settings)) {
        if (name != key)
            continue;
        const bool json = arguments.isSet(QStringLiteral("json"));
        invocation.terminal.write((json ? valueText(value) : printable(plainTextOf(value))) + '\n');
        return kDone;
    }
    return arguments.unusable(Text::tr("%1: there is no such setting").arg(key));
}

int store(const Invocation &invocation, const Database &database, const SettingsChange &change)
{
    if (const QString reason = database.store->readOnlyReason(); !reason.isEmpty())
        return failed(invocation, Error{reason});
    const auto stored = database.store->updateSettings(change.update, change.timeZone, currentUser(), now(), change.geoDatabase);
    if (!stored)
        return failed(invocation, stored.error());
    invocation.terminal.note(Text::tr("Stored; a running engine follows at once."));
    return kDone;
}

int runGet(const Invocation &invocation, const ArgumentParser &arguments, const QStringList &operands)
{
    if (operands.size() > 1)
        return arguments.unusable(Text::tr("get: at most one KEY can be given"));
    const Database database = openDatabase(invocation, arguments, StoreOptions::Mode::ReadOnly);
    if (!database.store)
        return database.status;
    const auto settings = database.store->loadSettings();
    if (!settings)
        return failed(invocation, settings.error());
    return operands.isEmpty() ? show(invocation, arguments, *settings)
                              : showOne(invocation, arguments, *settings, operands.constFirst());
}

int runSet(const Invocation &invocation, const ArgumentParser &arguments, const QStringList &operands)
{
    if (operands.size() != 2)
        return arguments.unusable(Text::tr("set: a KEY and a VALUE are needed"));
    const Database database = openDatabase(invocation, arguments, StoreOptions::Mode::ReadWrite);
    if (!database.store)
        return database.status;
    const auto settings = database.store->loadSettings();
    if (!settings)
        return failed(invocation, settings.error());
    const auto change = changeOf(*settings, operands.at(0), operands.at(1));
    if (!change)
        return arguments.unusable(change.error().message);
    return store(invocation, database, *change);
}

int runLoad(const Invocation &invocation, const ArgumentParser &arguments, const QStringList &operands)
{
    if (operands.size() != 1)
        return arguments.unusable(Text::tr("load: one FILE is needed"));
    const auto change = settingsOfFile(operands.constFirst());
    if (!change)
        return failed(invocation, change.error());
    const Database database = openDatabase(invocation, arguments, StoreOptions::Mode::ReadWrite);
    if (!database.store)
        return database.status;
    const auto settings = database.store->loadSettings();
    if (!settings)
        return failed(invocation, settings.error());
    if (const auto valid = merged(settings->config, change->update); !valid)
        return failed(invocation, Error{Text::tr("“%1”: %2").arg(operands.constFirst(), valid.error().message)});
    return store(invocation, database, *change);
}

/// `set KEY -5` names a value, not an option.
QStringList withGuardedValue(QStringList arguments)
{
    const qsizetype set = arguments.indexOf(QStringLiteral("set"));
    if (set >= 0 && set + 2 < arguments.size() && !arguments.at(set + 1).startsWith(QLatin1Char('-')))
        arguments.insert(set + 2, QStringLiteral("--"));
    return arguments;
}

} // namespace

int runConfig(const Invocation &invocation)
{
    const Invocation guarded{invocation.command, invocation.database, withGuardedValue(invocation.arguments),
                             invocation.terminal};
    ArgumentParser arguments(
        guarded, Text::tr("[get [KEY] | set KEY VALUE | load FILE]"),
        Text::tr("Shows or changes the monitoring configuration. KEY is written as the table shows it, such as\n"
                 "thresholds.failedLoginsPerMinute; the channels are a list with commas, and\n"
                 "geoDatabase is bundled, off, or the path of a database in MaxMind's format. load takes a JSON object\n"
                 "as --json prints it, whole or in part ('-': standard input). An unknown key or a value out of range\n"
                 "is refused, and then nothing changes."));
    arguments.addJson();
    if (const auto status = arguments.parse())
        return *status;
    QStringList operands = arguments.operands();
    const QString verb = operands.isEmpty() ? QStringLiteral("get") : operands.takeFirst();
    if (verb == QLatin1String("get"))
        return runGet(invocation, arguments, operands);
    if (verb == QLatin1String("set"))
        return runSet(invocation, arguments, operands);
    if (verb == QLatin1String("load"))
        return runLoad(invocation, arguments, operands);
    return arguments.unusable(Text::tr("'%1' is none of get, set, load").arg(verb));
}

} // namespace bartizan::ctl
