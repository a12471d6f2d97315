// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/enginedetailsdialog.h"

#include "core/domain/backlog.h"
#include "core/domain/rulecatalog.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/labels.h"
#include "ui/views/quarantinetable.h"
#include "ui/views/statusline.h"

#include <QFormLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <climits>

namespace bartizan {
namespace {

constexpr std::size_t kMostLines = 1000;

} // namespace

EngineDetailsDialog::EngineDetailsDialog(Session *session, const QTimeZone &zone, QWidget *parent)
    : FramedDialog(tr("Engine"), parent), m_session(session), m_zone(zone)
{
    resize(720, 600);
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(measure::kPageMargin);
    form->setVerticalSpacing(6);
    m_database = addLine(form, tr("Database"));
    m_state = addLine(form, tr("State"));
    m_warning = addLine(form, tr("Warning"));
    m_backlog = addLine(form, tr("Not yet looked at"));
    m_rate = addLine(form, tr("Speed"));
    m_last = addLine(form, tr("Last event"));
    m_processed = addLine(form, tr("Processed here"));
    m_rules = addLine(form, tr("Rules"));
    m_keys = addLine(form, tr("Keys held"));
    m_evicted = addLine(form, tr("Keys evicted"));
    m_error = addLine(form, tr("Last error"));
    m_quarantined = addLine(form, tr("In quarantine"));
    body()->addLayout(form);
    body()->addSpacing(measure::kControlGap);
    body()->addWidget(sectionLabel(tr("Lines that could not be read"), this));
    m_lines = new QuarantineTable(this);
    body()->addWidget(m_lines, 1);

    QPushButton *close = addButton(tr("Close"), true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(session, &Session::engineStatusChanged, this, &EngineDetailsDialog::showStatus);
    connect(session, &Session::closed, this, &QDialog::reject);
    showStatus(session->engineStatus());
}

QLabel *EngineDetailsDialog::addLine(QFormLayout *form, const QString &name)
{
    QLabel *value = plainLabel({}, this);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    value->setAccessibleName(name);
    value->setWordWrap(true);
    form->addRow(mutedLabel(name, this), value);
    return value;
}

void EngineDetailsDialog::showStatus(const EngineStatus &status)
{
    if (!m_session)
        return;
    const QString path = m_session->isOpen() ? m_session->database().path : tr("none");
    m_database->setText(format::singleLine(path));
    m_state->setText(format::singleLine(engineStateText(status)));
    m_warning->setText(status.warning.isEmpty() ? tr("none") : format::singleLine(status.warning));
    const int waiting = static_cast<int>(std::min<std::int64_t>(status.backlog.count, INT_MAX));
    if (status.backlog.isBound && status.backlog.count <= kUncounted)
        m_backlog->setText(waiting == 0 ? tr("some, nobody can count how many") : tr("one event at least"));
    else
        m_backlog->setText(status.backlog.isBound ? tr("over %Ln event(s)", nullptr, waiting) : tr("%Ln event(s)", nullptr, waiting));
    m_rate->setText(tr("%1 events/s over the last 10 s")
                        .arg(format::locale().toString(status.eventsPerSecond, 'f', 1)));
    m_last->setText(status.lastEventAt ? format::fullTime(*status.lastEventAt, m_zone) : tr("none yet"));
    m_processed->setText(tr("%1 since the engine started").arg(format::count(status.processed)));
    m_rules->setText(tr("%1 of %2 on").arg(status.rulesOn).arg(kRuleCount));
    const bool known = status.state == EngineState::Running || status.state == EngineState::Behind
        || status.state == EngineState::RunningElsewhere;
    m_keys->setText(known ? tr("%1 addresses, accounts and the like, in %2 of memory")
                               .arg(format::count(status.keysHeld), format::locale().formattedDataSize(status.stateBytes))
                          : tr("none here"));
    m_evicted->setText(status.keysEvicted == 0
                           ? tr("none")
                           : tr("%1 since the engine started: the limit of tracked keys was reached, and those that "
                                "would have expired first were given up").arg(format::count(status.keysEvicted)));
    m_error->setText(status.lastErrorAt ? tr("%1: %2").arg(format::fullTime(*status.lastErrorAt, m_zone),
                                                           format::singleLine(status.lastError))
                                        : tr("none"));
    const QString lines = format::count(status.quarantined);
    m_quarantined->setText(status.quarantined > static_cast<std::int64_t>(kMostLines)
                               ? tr("%1 lines, the first %2 below").arg(lines, format::count(kMostLines))
                               : lines);
    if (status.quarantined != m_shown) {
        m_shown = status.quarantined;
        loadQuarantine();
    }
}

void EngineDetailsDialog::loadQuarantine()
{
    QueryService *queries = m_session->queries();
    if (queries == nullptr)
        return;
    queries->quarantined(kMostLines, this, [this](const Result<std::vector<QuarantinedLine>> &lines) {
        if (lines)
            m_lines->setLines(*lines);
        else
            m_quarantined->setText(lines.error().message);
    });
}

} // namespace bartizan
