// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"

#include "app/ctl/commands.h"
#include "app/ctl/terminal.h"

#include <QCommandLineParser>

namespace bartizan::ctl {

QString dashed(const QString &name)
{
    return (name.size() == 1 ? QStringLiteral("-") : QStringLiteral("--")) + name;
}

ArgumentParser::ArgumentParser(const Invocation &invocation, const QString &operands, const QString &description)
    : m_invocation(invocation), m_usage(operands), m_description(description)
{
}

void ArgumentParser::addOption(const QString &name, const QString &value, const QString &help)
{
    m_options.push_back({name, value, help});
}

void ArgumentParser::addFlag(const QString &name, const QString &help)
{
    m_options.push_back({name, {}, help});
}

void ArgumentParser::addJson()
{
    addFlag(QStringLiteral("json"), Text::tr("print one JSON document"));
}

void ArgumentParser::addRange(const QString &defaultRange)
{
    addOption(QStringLiteral("from"), QStringLiteral("T"), Text::tr("from this time on; %1").arg(defaultRange));
    addOption(QStringLiteral("to"), QStringLiteral("T"), Text::tr("up to this time, which belongs to the range"));
}

std::optional<int> ArgumentParser::parse()
{
    const QString help = QStringLiteral("help");
    const QString db = QStringLiteral("db");
    QCommandLineParser parser;
    parser.addOption(QCommandLineOption(QStringList{help, QStringLiteral("h")}));
    parser.addOption(QCommandLineOption(db, {}, QStringLiteral("DB")));
    for (const Option &option : m_options)
        parser.addOption(QCommandLineOption(option.name, {}, option.value));
    if (!parser.parse(QStringList{QString()} + m_invocation.arguments))
        return unusable(parser.errorText());
    if (parser.isSet(help)) {
        m_invocation.terminal.write(helpText().toStdString());
        return kDone;
    }
    if (parser.isSet(db)) {
        if (parser.value(db).isEmpty())
            return unusable(Text::tr("--db: a file is needed"));
        m_values.insert(db, parser.value(db));
    }
    for (const Option &option : m_options) {
        if (parser.isSet(option.name))
            m_values.insert(option.name, option.value.isEmpty() ? QString() : parser.value(option.name));
    }
    m_operands = parser.positionalArguments();
    if (m_usage.isEmpty() && !m_operands.isEmpty())
        return unusable(Text::tr("'%1' is one argument too many").arg(m_operands.constFirst()));
    return std::nullopt;
}

int ArgumentParser::unusable(const QString &message) const
{
    const QString command = QLatin1String(m_invocation.command);
    m_invocation.terminal.error(command + QStringLiteral(": ") + message);
    m_invocation.terminal.note(Text::tr("Try 'bartizanctl %1 --help'.").arg(command));
    return kUnusable;
}

QString ArgumentParser::database() const
{
    return isSet(QStringLiteral("db")) ? value(QStringLiteral("db")) : m_invocation.database;
}

QString ArgumentParser::helpText() const
{
    constexpr int kHelpAt = 21; ///< The column in which what options are for begins.
    QString text = Text::tr("Usage: bartizanctl [--db DB] %1 [options] %2").arg(QLatin1String(m_invocation.command), m_usage)
                       .trimmed()
        + QStringLiteral("\n\n") + m_description + QStringLiteral("\n\n") + Text::tr("Options:") + QLatin1Char('\n');
    std::vector<Option> options = m_options;
    options.push_back({QStringLiteral("help"), {}, Text::tr("show this text")});
    for (const Option &option : options) {
        QString call = dashed(option.name);
        if (!option.value.isEmpty())
            call += QLatin1Char(' ') + option.value;
        QString help = option.help;
        help.replace(QLatin1Char('\n'), QLatin1Char('\n') + QString(kHelpAt, QLatin1Char(' ')));
        text += QStringLiteral("  %1 %2\n").arg(call, 3 - kHelpAt).arg(help);
    }
    return text;
}

bool ArgumentParser::readTime(const QString &name, std::optional<TimestampMs> &out) const
{
    if (!isSet(name))
        return true;
    out = parseIso(value(name).toStdString());
    if (!out) {
        unusable(Text::tr("%1: '%2' is no ISO 8601 time, such as 2026-11-20T14:27:12Z").arg(dashed(name), value(name)));
    }
    return out.has_value();
}

bool ArgumentParser::readText(const QString &name, std::optional<std::string> &out) const
{
    if (!isSet(name))
        return true;
    if (value(name).isEmpty()) {
        unusable(Text::tr("%1: a value is needed").arg(dashed(name)));
        return false;
    }
    out = value(name).toStdString();
    return true;
}

bool ArgumentParser::readNumber(const QString &name, std::int64_t minimum, std::optional<std::int64_t> &out) const
{
    if (!isSet(name))
        return true;
    bool ok = false;
    const qlonglong number = value(name).toLongLong(&ok);
    if (!ok || number < minimum) {
        unusable(Text::tr("%1: '%2' is no whole number from %3 up").arg(dashed(name), value(name)).arg(minimum));
        return false;
    }
    out = number;
    return true;
}

bool ArgumentParser::readRange(TimeRange &range) const
{
    std::optional<TimestampMs> from;
    std::optional<TimestampMs> to;
    if (!readTime(QStringLiteral("from"), from) || !readTime(QStringLiteral("to"), to))
        return false;
    // A default start is relative to the end ("the 24 hours before"), and a start alone leaves the end open, so that
    // rows whose clock runs ahead are seen.
    if (to && !from && range.start != TimeRange().start)
        range.start = *to - (range.end - range.start);
    if (from)
        range.start = *from;
    if (to || from)
        range.end = to.value_or(TimeRange().end);
    if (range.start > range.end) {
        unusable(Text::tr("--from %1 lies behind --to %2")
                     .arg(QString::fromStdString(formatIso(range.start)), QString::fromStdString(formatIso(range.end))));
        return false;
    }
    return true;
}

bool ArgumentParser::isAnyOf(const QString &name, std::span<const std::string_view> words) const
{
    const std::string word = value(name).toStdString();
    for (const std::string_view candidate : words) {
        if (candidate == word)
            return true;
    }
    return notAnyOf(name, words);
}

bool ArgumentParser::notAnyOf(const QString &name, std::span<const std::string_view> words) const
{
    QStringList known;
    for (const std::string_view word : words)
        known.append(QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size())));
    unusable(Text::tr("%1: '%2' is none of %3").arg(dashed(name), value(name), known.join(QStringLiteral(", "))));
    return false;
}

} // namespace bartizan::ctl
