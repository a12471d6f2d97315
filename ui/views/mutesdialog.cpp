// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/mutesdialog.h"

#include "core/query/filter.h"
#include "ui/models/mutewords.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/consolecontext.h"
#include "ui/views/labels.h"
#include "ui/views/rowdelegate.h"
#include "ui/views/triagesteps.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/rowpainting.h"

#include <QCheckBox>
#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QPushButton>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace bartizan {
namespace {

constexpr int kSoonMs = 500;
constexpr int kTickMs = 5000;
constexpr QSize kSize(1040, 480);

} // namespace

MutesDialog::MutesDialog(ConsoleContext *context, QWidget *parent)
    : FramedDialog(tr("Mutes"), parent), m_context(context)
{
    resize(kSize);
    addHead();
    addTable();
    addFooter();
    m_message = new InlineMessage(this);
    m_message->hide();
    body()->insertWidget(1, m_message);
    connectSession();
    reload();
    updateButtons();
    m_table->setFocus();
}

void MutesDialog::addHead()
{
    auto *head = new QHBoxLayout;
    m_summary = new ElidedLabel(this);
    m_summary->setMuted(true);
    m_ended = new QCheckBox(tr("Show those that have &ended"), this);
    m_ended->setAccessibleName(tr("Show those that have ended"));
    m_ended->setChecked(true);
    head->addWidget(m_summary, 1);
    head->addWidget(m_ended);
    body()->addLayout(head);
    connect(m_ended, &QCheckBox::toggled, this, [this](bool on) {
        m_model.setEndedShown(on);
        updateButtons();
    });
}

void MutesDialog::addFooter()
{
    m_restore = new QCheckBox(tr("&Bring back what it hid"), this);
    m_restore->setAccessibleName(tr("Bring back what it hid"));
    m_restore->setToolTip(tr("The alerts that the mute hid, and that nobody has triaged, come into the queue"));
    addFooterNote(m_restore);
    m_lift = addButton(tr("Lift"));
    m_show = addButton(tr("Show its alerts"), true);
    QPushButton *close = addButton(tr("Close"));
    connect(m_restore, &QCheckBox::toggled, this, &MutesDialog::updateButtons);
    connect(m_show, &QPushButton::clicked, this, &MutesDialog::showAlerts);
    connect(m_lift, &QPushButton::clicked, this, &MutesDialog::lift);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
}

void MutesDialog::addTable()
{
    m_model.setNow(QDateTime::currentMSecsSinceEpoch(), m_context->displayZone());
    m_table = new QTableView(this);
    m_table->setModel(&m_model);
    rowpainting::setUpTable(m_table);
    auto *delegate = new RowDelegate(m_table);
    delegate->setRightAligned({MuteModel::AlertsColumn, MuteModel::HitsColumn});
    delegate->setRingsRows(true); // Keys are about the mute, whichever cell is current.
    m_table->setItemDelegate(delegate);
    m_table->setAccessibleName(tr("Mutes"));
    m_table->setAccessibleDescription(tr("Enter shows the alerts of a mute, Delete lifts it"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    const std::array<int, MuteModel::ColumnCount> widths{112, 160, 152, 96, 80, 56, 56, 108, 116};
    for (int section = 0; section < MuteModel::ColumnCount; ++section)
        m_table->setColumnWidth(section, widths[static_cast<std::size_t>(section)]);
    m_table->horizontalHeader()->setStretchLastSection(true);
    body()->addWidget(m_table, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &MutesDialog::updateButtons);
    connect(m_table, &QAbstractItemView::activated, this, &MutesDialog::showAlerts);
    auto *remove = new QShortcut(QKeySequence(Qt::Key_Delete), m_table);
    remove->setContext(Qt::WidgetShortcut);
    connect(remove, &QShortcut::activated, this, &MutesDialog::lift);
}

void MutesDialog::connectSession()
{
    Session *session = m_context->session();
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    connect(&m_soon, &QTimer::timeout, this, &MutesDialog::reload);
    const auto soon = [this] {
        if (!m_soon.isActive())
            m_soon.start();
    };
    // Setting and lifting write audit rows, and what a mute hides is a change of alerts.
    connect(session, &Session::auditLogAdvanced, this, soon);
    connect(session, &Session::alertsChanged, this, soon);
    connect(session, &Session::accessChanged, this, &MutesDialog::updateButtons);
    connect(session, &Session::closed, this, &QDialog::reject);
    connect(session, &Session::muteSet, this, &MutesDialog::reload);
    connect(session, &Session::muteLifted, this, [this](quint64 token, const MuteLifted &lifted) {
        reload();
        if (token != m_token)
            return;
        m_token = 0;
        m_restore->setChecked(false);
        const QString back = tr("%Ln alert(s) came back into the queue.", nullptr, static_cast<int>(lifted.restored));
        if (lifted.outcome == MuteLifted::Outcome::Lifted)
            showReport(lifted.mute.restored ? tr("Lifted. %1").arg(back) : tr("Lifted: from now on the rule alerts again."));
        else
            showReport(lifted.mute.restored ? back : tr("It had ended before."));
    });
    connect(session, &Session::commandFailed, this, [this](quint64 token, const Error &error) {
        if (token != m_token)
            return;
        m_token = 0;
        m_message->setMessage(MessageKind::Error, error.message);
        updateButtons();
    });
    connect(m_context, &ConsoleContext::displayZoneChanged, this,
            [this] { m_model.setNow(QDateTime::currentMSecsSinceEpoch(), m_context->displayZone()); });
    m_tick.setInterval(kTickMs);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        m_model.setNow(QDateTime::currentMSecsSinceEpoch(), m_context->displayZone());
        updateButtons();
    });
    m_tick.start();
}

void MutesDialog::reload()
{
    QueryService *queries = m_context->session()->queries();
    if (!queries)
        return;
    m_loading = true;
    queries->mutes({}, this, [this](const Result<std::vector<Mute>> &mutes) { onLoaded(mutes); });
}

void MutesDialog::onLoaded(const Result<std::vector<Mute>> &mutes)
{
    m_loading = false;
    if (!mutes) {
        m_message->setMessage(MessageKind::Error, mutes.error().message);
        return;
    }
    m_model.setMutes(*mutes, QDateTime::currentMSecsSinceEpoch());
    if (!m_table->selectionModel()->hasSelection() && m_model.rowCount() > 0)
        m_table->selectRow(0);
    updateButtons();
}

const Mute *MutesDialog::chosen() const
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? nullptr : &m_model.muteAt(rows.first().row());
}

void MutesDialog::updateButtons()
{
    const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
    int inForce = 0;
    for (int row = 0; row < m_model.rowCount(); ++row)
        inForce += m_model.muteAt(row).isInForce(now) ? 1 : 0;
    m_summary->setText(m_model.total() == 0
                           ? tr("Nothing is muted. Press M on an alert of the queue to mute what is like it.")
                           : tr("%Ln in force, of %1 kept on record", nullptr, inForce)
                                 .arg(format::count(static_cast<qint64>(m_model.total()))));
    const Mute *mute = chosen();
    const QString refusal = m_context->session()->database().refusals.triage;
    const bool over = mute && !mute->isInForce(now);
    m_restore->setEnabled(mute && refusal.isEmpty() && mute->alerts > 0);
    m_lift->setText(over ? tr("Bring back") : tr("Lift"));
    m_lift->setAccessibleName(m_lift->text());
    m_lift->setEnabled(mute && m_token == 0 && refusal.isEmpty() && (!over || (mute->alerts > 0 && m_restore->isChecked())));
    m_lift->setToolTip(format::toolTip(refusal));
    m_show->setEnabled(mute && mute->alerts > 0);
}

void MutesDialog::showReport(const QString &text)
{
    m_message->setMessage(MessageKind::Ok, text);
    updateButtons();
}

void MutesDialog::lift()
{
    const Mute *mute = chosen();
    if (!mute || !m_lift->isEnabled())
        return;
    m_context->triageSteps()->noteLift(mute->id);
    m_token = m_context->session()->liftMute({mute->id, m_restore->isEnabled() && m_restore->isChecked()});
    updateButtons();
}

/// In the queue, in a range that reaches back to when it was set.
void MutesDialog::showAlerts()
{
    const Mute *mute = chosen();
    if (!mute || mute->alerts == 0 || !isVisible()) // Enter reaches the button as well.
        return;
    AlertDrillDown wanted;
    wanted.text = filterText(filterTerm(FilterField::Mute, QString::fromStdString(mute->id)));
    const TimeRange range = m_context->currentRange();
    if (mute->createdAt < range.start)
        wanted.range = RangeChoice{RangeChoice::Kind::Custom, {mute->createdAt, std::max(range.end, mute->endsAt())}};
    m_context->showAlerts(wanted);
    accept();
}

} // namespace bartizan
