// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/handoverdocument.h"

#include "core/domain/rulegroup.h"
#include "core/domain/shorttext.h"
#include "core/domain/textformat.h"
#include "core/report/markdowntext.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <limits>

namespace bartizan {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(bartizan::Handover)
};

constexpr qsizetype kLongest = 300;

QString shown(std::string_view utf8)
{
    return textformat::shortText(utf8, kLongest);
}

QString shown(const std::string &utf8)
{
    return shown(std::string_view(utf8));
}

QString shown(const std::optional<std::string> &text)
{
    return text ? shown(*text) : QString();
}

/// What somebody wrote in several lines, in one.
QString remark(const std::string &utf8)
{
    return textformat::shortText(std::string_view(utf8), kLongest, textformat::Breaks::Joined);
}

/// As the queue has it.
QString titleOf(const SecurityAlert &alert)
{
    return textformat::rowTitle(alert.title, kLongest);
}

/// The word that stands everywhere.
QString shown(AlertSeverity severity)
{
    return shown(toString(severity));
}

/// Plural forms are chosen by an int.
int plural(std::int64_t count)
{
    return static_cast<int>(std::min<std::int64_t>(count, std::numeric_limits<int>::max()));
}

/// How an alert stands now.
QString statusOf(const SecurityAlert &alert)
{
    return alert.isMuted() ? Words::tr("Muted") : textformat::status(alert.status, alert.disposition);
}

QString ownerOf(const SecurityAlert &alert)
{
    return alert.owner ? shown(alert.owner) : Words::tr("nobody");
}

/// A step that took back what history calls `action`.
QString takenBackOf(std::string_view action)
{
    const auto undone = handoverActionOf(action);
    if (!undone)
        return Words::tr("took a step back");
    switch (*undone) {
    case HandoverAction::Acknowledged: return Words::tr("took back: acknowledged");
    case HandoverAction::Escalated: return Words::tr("took back: escalated");
    case HandoverAction::Resolved: return Words::tr("took back: resolved");
    case HandoverAction::Owned: return Words::tr("took back: took over");
    case HandoverAction::Commented: return Words::tr("took back: commented");
    case HandoverAction::TakenBack: break;
    }
    return Words::tr("took back: took a step back");
}

/// Makes the sections of one handover.
class Writer {
public:
    Writer(const Handover &handover, const QTimeZone &zone)
        : m_handover(handover), m_zone(zone), m_zoneName(textformat::zoneName(zone, handover.range.end))
    {
    }

    HandoverSection open() const;
    HandoverSection raised() const;
    HandoverSection people() const;
    HandoverSection steps(HandoverAction action, const QString &title, const QString &empty) const;
    HandoverSection mutes() const;
    HandoverSection response() const;

private:
    QString timeHeader() const { return Words::tr("Time (%1)").arg(m_zoneName); }
    /// In the zone of the header; where the clock was put forward or back within the range, the zone stands beside it.
    QString time(TimestampMs at) const
    {
        const QString zone = textformat::zoneName(m_zone, at);
        const QString text = QDateTime::fromMSecsSinceEpoch(at, m_zone).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
        return zone == m_zoneName ? text : QString(text + QLatin1Char(' ') + zone);
    }
    static QString source(const SecurityAlert &alert)
    {
        const EventContext &context = alert.context;
        return shown(context.ipAddress ? context.ipAddress : context.userId ? context.userId : context.companyId);
    }
    static QString counted(const HandoverAlerts &alerts);
    static QString moreOf(std::int64_t total, std::size_t listed)
    {
        const std::int64_t more = total - static_cast<std::int64_t>(listed);
        return more > 0 ? Words::tr("and %Ln more", nullptr, plural(more)) : QString();
    }
    static QString whatOf(HandoverAction action, const HandoverStep &step);
    static QString whatHeader(HandoverAction action);
    static QString aboutOf(const Mute &mute);

    const Handover &m_handover;
    const QTimeZone m_zone;
    const QString m_zoneName;
};

QString Writer::counted(const HandoverAlerts &alerts)
{
    QStringList parts;
    for (std::size_t i = alerts.counts.size(); i-- > 0;) {
        if (alerts.counts[i] > 0) {
            parts.append(QStringLiteral("%1 %2").arg(textformat::count(alerts.counts[i]),
                                                     shown(static_cast<AlertSeverity>(i))));
        }
    }
    return parts.join(QStringLiteral(", "));
}

HandoverSection Writer::open() const
{
    HandoverSection section;
    section.title = Words::tr("Still open");
    section.total = m_handover.open.total();
    section.note = counted(m_handover.open);
    section.empty = Words::tr("Nothing was open at the end: no alert waited to be acknowledged, nor was one escalated or "
                              "owned that is not resolved.");
    section.header = {Words::tr("Severity"), timeHeader(), Words::tr("Age"), Words::tr("Alert"), Words::tr("Source"),
                      Words::tr("Status"), Words::tr("Owner")};
    for (const SecurityAlert &alert : m_handover.open.listed) {
        section.lines.push_back({{shown(alert.severity), time(alert.timestamp),
                                  textformat::age(m_handover.range.end - alert.timestamp), titleOf(alert),
                                  source(alert), statusOf(alert), ownerOf(alert)},
                                 alert.id, alert.severity});
    }
    section.more = moreOf(m_handover.open.total(), section.lines.size());
    section.rest = HandoverRest::Open;
    return section;
}

HandoverSection Writer::raised() const
{
    HandoverSection section;
    section.title = Words::tr("New alerts");
    section.total = m_handover.raised.total();
    section.note = counted(m_handover.raised);
    section.empty = Words::tr("No alert was raised in this time.");
    section.header = {Words::tr("Severity"), timeHeader(), Words::tr("Alert"), Words::tr("Source"),
                      Words::tr("Status now"), Words::tr("Owner")};
    for (const SecurityAlert &alert : m_handover.raised.listed) {
        section.lines.push_back({{shown(alert.severity), time(alert.timestamp), titleOf(alert), source(alert),
                                  statusOf(alert), ownerOf(alert)},
                                 alert.id, alert.severity});
    }
    section.more = moreOf(m_handover.raised.total(), section.lines.size());
    section.rest = HandoverRest::Raised;
    return section;
}

HandoverSection Writer::people() const
{
    HandoverSection section;
    section.title = Words::tr("Who did what");
    section.total = m_handover.peopleTotal;
    section.empty = Words::tr("Nobody did anything to an alert in this time.");
    section.header = {Words::tr("Who"), Words::tr("Acknowledged"), Words::tr("Escalated"), Words::tr("Resolved"),
                      Words::tr("Taken over"), Words::tr("Commented"), Words::tr("Taken back")};
    section.numbers = {1, 2, 3, 4, 5, 6};
    for (const HandoverPerson &person : m_handover.people) {
        HandoverLine line{{shown(person.name)}, {}};
        for (const std::int64_t alerts : person.alerts)
            line.cells.append(textformat::count(alerts));
        section.lines.push_back(std::move(line));
    }
    section.more = moreOf(m_handover.peopleTotal, section.lines.size());
    return section;
}

/// What there is to say of a step that its section does not say; may be empty.
QString Writer::whatOf(HandoverAction action, const HandoverStep &step)
{
    QString what;
    if (action == HandoverAction::Resolved) {
        if (const auto as = fromString<AlertDisposition>(step.detail))
            what = textformat::status(AlertStatus::Resolved, as);
    } else if (action == HandoverAction::Owned) {
        what = step.formerOwner ? shown(step.formerOwner) : Words::tr("nobody");
    } else if (action == HandoverAction::TakenBack) {
        what = takenBackOf(step.detail);
    }
    if (step.takenBack <= 0)
        return what;
    const QString back = step.takenBack >= step.alerts
        ? Words::tr("taken back")
        : Words::tr("%1 of %2 taken back").arg(textformat::count(step.takenBack), textformat::count(step.alerts));
    return what.isEmpty() ? back : Words::tr("%1 (%2)", "what, taken back").arg(what, back);
}

/// The header of what whatOf() says; empty where only that a step was taken back is of note.
QString Writer::whatHeader(HandoverAction action)
{
    switch (action) {
    case HandoverAction::Resolved: return Words::tr("As");
    case HandoverAction::Owned: return Words::tr("From");
    case HandoverAction::TakenBack: return Words::tr("What");
    default: return {};
    }
}

HandoverSection Writer::steps(HandoverAction action, const QString &title, const QString &empty) const
{
    const HandoverSteps &steps = m_handover.of(action);
    HandoverSection section;
    section.title = title;
    section.total = steps.alerts;
    section.note = steps.alerts > steps.steps
        ? Words::tr("%Ln, in steps: %1", nullptr, plural(steps.alerts)).arg(textformat::count(steps.steps))
        : steps.alerts > 0 ? textformat::count(steps.alerts) : QString();
    section.empty = empty;
    section.header = {Words::tr("Severity"), timeHeader(), Words::tr("Who"), Words::tr("Alert")};
    const QString what = whatHeader(action);
    const bool isBack = std::any_of(steps.newest.begin(), steps.newest.end(),
                                    [](const HandoverStep &step) { return step.takenBack > 0; });
    const bool hasWhat = !what.isEmpty() || isBack;
    if (hasWhat)
        section.header.append(what.isEmpty() ? Words::tr("Taken back") : what);
    section.header.append(Words::tr("Comment"));
    for (const HandoverStep &step : steps.newest) {
        const QString alert = titleOf(step.example);
        HandoverLine line{{shown(step.example.severity), time(step.at), shown(step.actor),
                           step.alerts > 1 ? Words::tr("%1 and %Ln more", nullptr, plural(step.alerts - 1)).arg(alert) : alert},
                          step.example.id, step.example.severity};
        if (hasWhat)
            line.cells.append(whatOf(action, step));
        line.cells.append(remark(step.comment));
        section.lines.push_back(std::move(line));
    }
    section.more = moreOf(steps.steps, section.lines.size());
    section.rest = HandoverRest::Steps;
    return section;
}

QString Writer::aboutOf(const Mute &mute)
{
    const RuleInfo *rule = ruleNamed(mute.rule);
    const GroupParts group = groupParts(mute.group);
    const QString network = shown(mute.network);
    QString whom = group.kind == GroupKind::None                           ? Words::tr("whole log")
        : group.kind == GroupKind::Company && group.value.empty()          ? Words::tr("no company")
        : group.kind == GroupKind::Address && !network.isEmpty()           ? network
                                                                           : shown(group.value);
    if (group.kind != GroupKind::Address && !network.isEmpty())
        whom = Words::tr("%1, from %2").arg(whom, network);
    if (mute.company)
        whom = mute.company->empty() ? Words::tr("%1, only alerts of no company").arg(whom)
                                     : Words::tr("%1, only alerts of company %2").arg(whom, shown(mute.company));
    return Words::tr("%1: %2").arg(rule ? rule->name() : shown(mute.rule), whom);
}

HandoverSection Writer::mutes() const
{
    HandoverSection section;
    section.title = Words::tr("Mutes");
    section.total = m_handover.mutes.total;
    section.note = Words::tr("set, lifted or expired in this time, with what they have hidden up to now");
    section.empty = Words::tr("No mute was set or lifted, and none expired.");
    section.header = {Words::tr("Set (%1)").arg(m_zoneName), Words::tr("By"), Words::tr("State"), Words::tr("What"),
                      Words::tr("Until"), Words::tr("Alerts"), Words::tr("Hits"), Words::tr("Reason")};
    section.numbers = {5, 6};
    for (const Mute &mute : m_handover.mutes.newest) {
        // As it stood at the end of the range: nobody had lifted it who did so later.
        const bool over = mute.endsAt() <= m_handover.range.end;
        const QString state = !over ? Words::tr("in force")
            : mute.liftedAt         ? Words::tr("lifted by %1").arg(shown(mute.liftedBy))
                                    : Words::tr("expired");
        section.lines.push_back({{time(mute.createdAt), shown(mute.by), state, aboutOf(mute),
                                  time(over ? mute.endsAt() : mute.expiresAt), textformat::count(mute.alerts),
                                  textformat::count(mute.hits), remark(mute.reason)},
                                 mute.alertId});
    }
    section.more = moreOf(m_handover.mutes.total, section.lines.size());
    section.rest = HandoverRest::Mutes;
    return section;
}

HandoverSection Writer::response() const
{
    HandoverSection section;
    section.title = Words::tr("Response times");
    section.note = Words::tr("of the alerts raised in this time");
    section.empty = Words::tr("None of the alerts raised in this time has been acknowledged.");
    section.header = {Words::tr("Severity"), Words::tr("Mean time to acknowledge"), Words::tr("Acknowledged"),
                      Words::tr("Mean time to resolve"), Words::tr("Resolved")};
    section.numbers = {1, 2, 3, 4};
    const auto mean = [](const ResponseTime &time) {
        return time.meanMs() ? textformat::duration(*time.meanMs() / kSecond) : QString(QChar(0x2013));
    };
    const ResponseTimes &times = m_handover.response;
    const auto add = [&](std::optional<AlertSeverity> severity, const ResponseTime &acknowledged, const ResponseTime &resolved) {
        section.lines.push_back({{severity ? shown(*severity) : Words::tr("all"), mean(acknowledged),
                                  textformat::count(acknowledged.alerts), mean(resolved), textformat::count(resolved.alerts)},
                                 {}, severity});
    };
    for (std::size_t i = times.acknowledge.size(); i-- > 0;) {
        if (times.acknowledge[i].alerts > 0)
            add(static_cast<AlertSeverity>(i), times.acknowledge[i], times.resolve[i]);
    }
    if (section.lines.size() > 1)
        add({}, ResponseTimes::all(times.acknowledge), ResponseTimes::all(times.resolve));
    return section;
}

void writeTable(const HandoverSection &section, QStringList &out)
{
    const auto row = [](const QStringList &cells) {
        QStringList escaped;
        for (const QString &cell : cells)
            escaped.append(markdownText(cell));
        return QString(QStringLiteral("| ") + escaped.join(QStringLiteral(" | ")) + QStringLiteral(" |"));
    };
    out << row(section.header) << QStringLiteral("|") + QStringLiteral(" --- |").repeated(section.header.size());
    for (const HandoverLine &line : section.lines)
        out << row(line.cells);
}

} // namespace

HandoverDocument handoverDocument(const Handover &handover, const QTimeZone &zone)
{
    const Writer writer(handover, zone);
    HandoverDocument document;
    document.title = Words::tr("Shift handover");
    document.period = Words::tr("%1 to %2, %3")
                          .arg(textformat::clockTime(handover.range.start, zone),
                               textformat::clockTime(handover.range.end, zone),
                               handover.companyId ? shown(handover.companyId) : Words::tr("all companies"));
    document.sections = {
        writer.open(),
        writer.raised(),
        writer.people(),
        writer.steps(HandoverAction::Escalated, Words::tr("Escalated"), Words::tr("Nobody escalated an alert.")),
        writer.steps(HandoverAction::Resolved, Words::tr("Resolved"), Words::tr("Nobody resolved an alert.")),
        writer.steps(HandoverAction::Acknowledged, Words::tr("Acknowledged"), Words::tr("Nobody acknowledged an alert.")),
        writer.steps(HandoverAction::Owned, Words::tr("Owner changes"), Words::tr("No alert changed its owner.")),
        writer.steps(HandoverAction::Commented, Words::tr("Comments"), Words::tr("Nobody commented on an alert.")),
        writer.steps(HandoverAction::TakenBack, Words::tr("Taken back"), Words::tr("Nobody took a step back.")),
        writer.mutes(),
        writer.response()};
    return document;
}

QString handoverMarkdown(const HandoverDocument &document)
{
    QStringList out{QStringLiteral("# ") + markdownText(document.title), QString(), markdownText(document.period)};
    for (const HandoverSection &section : document.sections) {
        out << QString() << QStringLiteral("## ") + markdownText(section.title) << QString();
        if (section.lines.empty()) {
            // Lines that were left out for the limit's sake are counted all the same.
            out << markdownText(section.more.isEmpty() ? section.empty : section.more);
            continue;
        }
        if (!section.note.isEmpty())
            out << markdownText(section.note) << QString();
        writeTable(section, out);
        if (!section.more.isEmpty())
            out << QString() << markdownText(section.more);
    }
    return out.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

} // namespace bartizan
