// SPDX-License-Identifier: GPL-3.0-or-later
// The menu of the details, and what they put on the clipboard; what they show stands in alertsdetails.cpp.
#include "ui/views/alertsdetails.h"

#include "core/report/documentjson.h"
#include "ui/models/displaytext.h"
#include "ui/theme/format.h"
#include "ui/views/alertmarkdown.h"
#include "ui/views/consolecontext.h"
#include "ui/views/fieldgrid.h"
#include "ui/views/filteractions.h"
#include "ui/widgets/wrappedlabel.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>

#include <limits>

namespace bartizan {
namespace {

/// All of a text: what is copied is not cut.
QString whole(std::string_view text, textformat::Breaks breaks = textformat::Breaks::Visible)
{
    return displayText(text, std::numeric_limits<int>::max() / 4, breaks);
}

} // namespace

/// The steps that have no button, every way to copy, and to filter by what is shown.
void AlertsDetails::fillMenu(QMenu *menu)
{
    menu->clear();
    qDeleteAll(menu->findChildren<QMenu *>(Qt::FindDirectChildrenOnly)); // Which clear() leaves behind.
    const std::array<std::pair<TriageKind, QString>, 3> steps{
        {{TriageKind::Comment, tr("Comment…")}, {TriageKind::Escalate, tr("Escalate…")}, {TriageKind::Own, tr("Take over")}}};
    for (const auto &[kind, text] : steps)
        connect(menu->addAction(text), &QAction::triggered, this,
                [this, step = kind] { Q_EMIT stepRequested(shownId(), step); });
    connect(menu->addAction(tr("Mute alerts like this…")), &QAction::triggered, this, &AlertsDetails::muteRequested);
    menu->addSeparator();
    connect(menu->addAction(tr("Copy as Markdown")), &QAction::triggered, this, &AlertsDetails::copyMarkdown);
    connect(menu->addAction(tr("Copy as JSON")), &QAction::triggered, this, &AlertsDetails::copyJson);
    QMenu *fields = menu->addMenu(tr("Copy field"));
    fillFields(fields);
    m_fields->addFiltersTo(menu);
}

/// What the head says, the fields of the context, and what people wrote.
void AlertsDetails::fillFields(QMenu *fields)
{
    const auto add = [this, fields](const QString &name, const QString &value) {
        if (value.isEmpty())
            return;
        connect(fields->addAction(tr("%1: %2").arg(name, filteractions::menuText(value))), &QAction::triggered, this,
                [value] { QGuiApplication::clipboard()->setText(value); });
    };
    const SecurityAlert &alert = m_details.alert;
    add(tr("Title"), whole(alert.title));
    add(tr("Time"), timeOf(alert.timestamp));
    add(tr("Severity"), format::severity(alert.severity));
    add(tr("Status"), m_acknowledged->text().isEmpty() ? format::status(alert) : m_acknowledged->text());
    add(tr("Description"), whole(alert.description));
    for (const FieldGrid::Field &field : m_fields->fields())
        add(field.name, field.value);
    for (const AlertHistoryEntry &comment : commentsIn(m_details.history))
        add(tr("Comment of %1").arg(displayText(comment.actor)), whole(comment.comment, textformat::Breaks::Kept));
}

void AlertsDetails::copyJson() const
{
    if (shownId().isEmpty())
        return;
    const std::string json = toJsonText(m_details.alert, m_details.history);
    QGuiApplication::clipboard()->setText(QString::fromUtf8(json.data(), static_cast<qsizetype>(json.size())));
    Q_EMIT copied(tr("Copied as JSON"));
}

void AlertsDetails::copyMarkdown() const
{
    if (shownId().isEmpty())
        return;
    QGuiApplication::clipboard()->setText(alertMarkdown(m_details.alert, m_details.history, m_context->displayZone()));
    Q_EMIT copied(tr("Copied as Markdown"));
}

} // namespace bartizan
