// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertmarkdown.h"

#include "core/domain/rulegroup.h"
#include "core/report/markdowntext.h"
#include "ui/models/displaytext.h"
#include "ui/models/rulewords.h"
#include "ui/theme/format.h"
#include "ui/views/triagewords.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace bartizan {
namespace {

struct Markdown {
    Q_DECLARE_TR_FUNCTIONS(bartizan::AlertMarkdown)
};

constexpr int kLongest = 16 * 1024;

QString shown(const std::string &text)
{
    return markdownText(displayText(text, kLongest));
}

/// What somebody wrote, behind the line that says who: one line beside it, several as a block quotation below it. Each
/// begins a line of its own there (two blanks end one), and an empty one a paragraph.
QString remark(const std::string &text)
{
    const QStringList lines = displayText(text, kLongest, textformat::Breaks::Kept).trimmed().split(QLatin1Char('\n'));
    if (lines.size() == 1)
        return QStringLiteral(": ") + markdownText(lines.front());
    QString quoted = QStringLiteral(":");
    for (const QString &line : lines) {
        const QString escaped = markdownText(line);
        quoted += QStringLiteral("\n  >") + (escaped.isEmpty() ? QString() : QLatin1Char(' ') + escaped + QLatin1String("  "));
    }
    return quoted;
}

/// "- **Address**: 203.0.113.47"; nothing of a field without a value. Values are escaped already.
void addField(QStringList &lines, const QString &name, const QString &value)
{
    if (!value.isEmpty())
        lines.append(QStringLiteral("- **%1**: %2").arg(name, value));
}

void addField(QStringList &lines, const QString &name, const std::optional<std::string> &value)
{
    if (value)
        addField(lines, name, shown(*value));
}

/// A block of code; its fence is longer than any run of back quotes in it.
QString fenced(const QString &code)
{
    qsizetype longest = 2;
    qsizetype run = 0;
    for (const QChar c : code) {
        run = c == QLatin1Char('`') ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const QString fence(longest + 1, QLatin1Char('`'));
    return fence + QStringLiteral("json\n") + code + QLatin1Char('\n') + fence;
}

QString metadataText(const std::string &metadata)
{
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(metadata));
    if (!document.isObject() || document.object().isEmpty())
        return {};
    QStringList lines = QString::fromUtf8(document.toJson(QJsonDocument::Indented)).trimmed().split(QLatin1Char('\n'));
    for (QString &line : lines)
        line = format::singleLine(line);
    return lines.join(QLatin1Char('\n')).left(kLongest);
}

QString repeated(const SecurityAlert &alert, const QTimeZone &zone)
{
    const QString times = markdownText(format::repeat(alert.repeats + 1));
    return alert.lastRepeatAt ? Markdown::tr("%1, last at %2").arg(times, markdownText(format::fullTime(*alert.lastRepeatAt, zone)))
                              : times;
}

/// The rule, what it counted for, and the techniques it maps to.
void addRule(QStringList &lines, const SecurityAlert &alert)
{
    addField(lines, Markdown::tr("Rule"), shown(alert.rule));
    const GroupParts group = groupParts(alert.group);
    if (group.kind != GroupKind::None)
        addField(lines, Markdown::tr("Counted for"), QStringLiteral("%1 %2").arg(markdownText(rulewords::groupKind(group.kind)),
                                                                                 shown(std::string(group.value))));
    const RuleInfo *rule = ruleNamed(alert.rule);
    QStringList techniques;
    for (std::size_t i = 0; rule && i < rule->techniques.size(); ++i) {
        if (!rule->techniques[i].empty())
            techniques.append(markdownText(rulewords::technique(rule->techniques[i])));
    }
    addField(lines, Markdown::tr("ATT&CK"), techniques.join(QLatin1String(", ")));
}

} // namespace

QString alertMarkdown(const SecurityAlert &alert, std::span<const AlertHistoryEntry> history, const QTimeZone &zone)
{
    const auto time = [&zone](TimestampMs at) { return markdownText(format::fullTime(at, zone)); };
    QStringList lines{QStringLiteral("## %1: %2").arg(format::severity(alert.severity), shown(alert.title)), QString(),
                      shown(alert.description), QString()};
    addField(lines, Markdown::tr("Time"), time(alert.timestamp));
    addField(lines, Markdown::tr("Type"), markdownText(format::alertType(alert.type)));
    addField(lines, Markdown::tr("Event type"), markdownText(format::eventType(alert.eventType)));
    addField(lines, Markdown::tr("Status"), markdownText(format::status(alert)));
    addField(lines, Markdown::tr("Owner"), alert.owner);
    addField(lines, Markdown::tr("Address"), alert.context.ipAddress);
    addField(lines, Markdown::tr("Country"), alert.context.country);
    addField(lines, Markdown::tr("User"), alert.context.userId);
    addField(lines, Markdown::tr("Company"), alert.context.companyId);
    addField(lines, Markdown::tr("Platform user"), alert.context.platformUserId);
    addField(lines, Markdown::tr("User agent"), alert.context.userAgent);
    addField(lines, Markdown::tr("Session"), alert.context.sessionId);
    addField(lines, Markdown::tr("Request"), alert.context.requestId);
    if (alert.repeats > 0)
        addField(lines, Markdown::tr("Repeated"), repeated(alert, zone));
    addRule(lines, alert);
    addField(lines, Markdown::tr("Alert"), shown(alert.id));
    if (const QString metadata = metadataText(alert.metadata); !metadata.isEmpty())
        lines << QString() << Markdown::tr("### Metadata") << QString() << fenced(metadata);
    lines << QString() << Markdown::tr("### History") << QString();
    for (const AlertHistoryEntry &entry : history) {
        QString line = QStringLiteral("- %1 %2").arg(time(entry.at), markdownText(triagewords::history(entry)));
        if (entry.undone)
            line += QLatin1Char(' ') + Markdown::tr("(taken back)");
        if (!entry.comment.empty())
            line += remark(entry.comment);
        lines.append(line);
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

} // namespace bartizan
