// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/mutedialog.h"

#include "core/domain/rulegroup.h"
#include "ui/models/displaytext.h"
#include "ui/models/mutewords.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/consolecontext.h"
#include "ui/views/labels.h"
#include "ui/views/rowdelegate.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/rowpainting.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QShortcut>
#include <QTableWidget>
#include <QVBoxLayout>

#include <array>
#include <utility>

namespace bartizan {
namespace {

constexpr int kWidth = 640;
constexpr int kLabelWidth = 72;
constexpr int kReasonHeight = 56;
constexpr int kPreviewHeight = 160;
constexpr int kTypingMs = 300;
constexpr std::array<TimestampMs, 5> kSpans{kHour, 8 * kHour, kDay, 7 * kDay, 30 * kDay};

QString withoutKey(QString text)
{
    return text.remove(QLatin1Char('&'));
}

} // namespace

MuteDialog::MuteDialog(ConsoleContext *context, const SecurityAlert &alert, int selected, QWidget *parent)
    : FramedDialog(tr("Mute alerts like this"), parent), m_context(context), m_alert(alert)
{
    setMinimumWidth(kWidth);
    addScope(selected);
    addCompany();
    addNetwork();
    addSpan();
    addReason();
    addPreview();
    addFooterNote(mutedLabel(tr("Ctrl+Enter mutes, Enter begins a new line"), this));
    QPushButton *cancel = addButton(tr("Cancel"));
    m_accept = addButton(tr("Mute"), true);
    m_accept->setAccessibleName(tr("Mute"));
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_accept, &QPushButton::clicked, this, &MuteDialog::take);
    for (const int key : {Qt::Key_Return, Qt::Key_Enter}) {
        auto *accept = new QShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(key)), this);
        connect(accept, &QShortcut::activated, m_accept, &QPushButton::click);
    }
    Session *session = context->session();
    connect(session, &Session::jobProgress, this, [this](quint64 token, const JobProgress &progress) {
        if (token == m_token && progress.total > 0)
            m_progress->setValue(static_cast<int>(100 * progress.done / progress.total));
    });
    connect(session, &Session::mutePreviewed, this, [this](quint64 token, const MutePreview &preview) {
        if (token == m_token)
            onPreviewed(preview);
    });
    connect(session, &Session::jobFailed, this, [this](quint64 token, const Error &error) {
        if (token == m_token)
            onFailed(error);
    });
    // What is typed stays while the database is away.
    connect(session, &Session::opened, this, [this, path = session->database().path](const DatabaseInfo &database) {
        if (database.path == path)
            lookAgain();
    });
    m_soon.setSingleShot(true);
    m_soon.setInterval(kTypingMs);
    connect(&m_soon, &QTimer::timeout, this, &MuteDialog::look);
    look();
    m_reason->setFocus();
}

MuteDialog::~MuteDialog()
{
    stopLooking();
}

QHBoxLayout *MuteDialog::addRow(const QString &label, QWidget *field)
{
    QLabel *name = plainLabel(label, this);
    name->setBuddy(field);
    name->setFixedWidth(kLabelWidth);
    field->setAccessibleName(withoutKey(label));
    auto *row = new QHBoxLayout;
    row->setSpacing(measure::kControlGap);
    row->addWidget(name);
    row->addWidget(field);
    body()->addLayout(row);
    return row;
}

/// Which alerts: the rule, and what it counted for.
void MuteDialog::addScope(int selected)
{
    Mute whole;
    whole.rule = m_alert.rule;
    whole.group = m_alert.group;
    body()->addWidget(sectionLabel(tr("%1, about %2").arg(mutewords::rule(whole), mutewords::about(whole)), this));
    QLabel *how = mutedLabel(tr("They are stored and counted, but stay out of the queue, the score and the notices until the "
                                "mute ends. What is in the queue already stays there."), this);
    how->setWordWrap(true);
    body()->addWidget(how);
    if (selected < 2)
        return;
    QLabel *only = mutedLabel(tr("%Ln alerts are selected; the mute is about what the one in the details is about.", nullptr, selected), this);
    only->setWordWrap(true);
    body()->addWidget(only);
}

void MuteDialog::addNetwork()
{
    const GroupKind kind = groupParts(m_alert.group).kind;
    const bool isAddress = kind == GroupKind::Address;
    if (kind == GroupKind::None || kind == GroupKind::EventType)
        return; // The rule counts events of all addresses together.
    const std::string address = m_alert.context.ipAddress.value_or(std::string());
    const std::string usual = usualNetwork(isAddress ? m_alert.group : groupText(GroupKind::Address, address));
    if (isAddress && usual.empty())
        return; // What stands there is no address.
    m_byNetwork = new QCheckBox(isAddress ? tr("Every address of the &network") : tr("Only from addresses of the &network"), this);
    m_byNetwork->setAccessibleName(withoutKey(m_byNetwork->text()));
    m_network = new QLineEdit(QString::fromStdString(usual), this);
    m_network->setAccessibleName(tr("Network"));
    m_network->setPlaceholderText(QStringLiteral("203.0.113.0/24"));
    m_network->setMaxLength(64);
    m_network->setEnabled(false);
    m_networkError = new FieldError(this);
    auto *row = new QHBoxLayout;
    row->setSpacing(measure::kControlGap);
    row->addWidget(m_byNetwork);
    row->addWidget(m_network, 1);
    body()->addLayout(row);
    body()->addWidget(m_networkError);
    connect(m_byNetwork, &QCheckBox::toggled, this, [this](bool on) {
        m_network->setEnabled(on);
        lookAgain();
        if (on)
            m_network->setFocus();
    });
    connect(m_network, &QLineEdit::textChanged, this, &MuteDialog::lookAgain);
}

void MuteDialog::addCompany()
{
    const QString refusal = m_context->session()->database().refusals.muteAll;
    const QString company = displayText(m_alert.context.companyId.value_or(std::string()), 40);
    if (company.isEmpty() && refusal.isEmpty())
        return;
    const QString text = company.isEmpty() ? tr("Only alerts of no company") : tr("Only alerts of company “%1”").arg(company);
    m_onlyCompany = new QCheckBox(QString(text).replace(QLatin1Char('&'), QLatin1String("&&")), this);
    m_onlyCompany->setAccessibleName(text);
    m_onlyCompany->setChecked(!refusal.isEmpty());
    m_onlyCompany->setEnabled(refusal.isEmpty());
    m_onlyCompany->setToolTip(format::toolTip(refusal));
    body()->addWidget(m_onlyCompany);
    connect(m_onlyCompany, &QCheckBox::toggled, this, &MuteDialog::lookAgain);
}

void MuteDialog::addSpan()
{
    m_span = new QComboBox(this);
    m_span->addItems({tr("1 hour"), tr("8 hours"), tr("1 day"), tr("7 days"), tr("30 days"), tr("Until…")});
    m_span->setCurrentIndex(Day);
    QHBoxLayout *row = addRow(tr("Mute &for"), m_span);
    const QTimeZone zone = m_context->displayZone();
    const QDateTime tomorrow = QDateTime::currentDateTime().toTimeZone(zone).addDays(1);
    m_until = new QDateTimeEdit(this);
    // The edit works on plain clock time; mute() reads it in the zone.
    m_until->setDateTime(QDateTime(tomorrow.date(), QTime(tomorrow.time().hour(), tomorrow.time().minute())));
    m_until->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm"));
    m_until->setCalendarPopup(true);
    m_until->setAccessibleName(tr("Mute until"));
    m_until->hide();
    m_ends = mutedLabel({}, this);
    row->addWidget(m_until);
    row->addWidget(m_ends);
    row->addStretch(1);
    m_spanError = new FieldError(this);
    body()->addWidget(m_spanError);
    connect(m_span, &QComboBox::currentIndexChanged, this, [this](int choice) {
        m_until->setVisible(choice == Custom);
        if (choice == Custom)
            m_until->setFocus();
        validate();
    });
    connect(m_until, &QDateTimeEdit::dateTimeChanged, this, &MuteDialog::validate);
}

void MuteDialog::addReason()
{
    m_reason = new QPlainTextEdit(this);
    m_reason->setTabChangesFocus(true);
    m_reason->setFixedHeight(kReasonHeight);
    m_reason->setPlaceholderText(tr("Why, for whoever wonders what became of these alerts"));
    QHBoxLayout *row = addRow(tr("&Reason"), m_reason);
    QWidget *name = row->itemAt(0)->widget(); // Beside the first line.
    name->setContentsMargins(0, measure::kGrid, 0, 0);
    row->setAlignment(name, Qt::AlignTop);
    connect(m_reason, &QPlainTextEdit::textChanged, this, &MuteDialog::validate);
}

void MuteDialog::addPreview()
{
    m_forecast = new InlineMessage(this);
    m_progress = new QProgressBar(this);
    m_progress->setAccessibleName(tr("Looking through the last 30 days"));
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(measure::kGrid);
    QSizePolicy policy = m_progress->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    m_progress->setSizePolicy(policy);
    m_examples = new QTableWidget(0, ExampleColumns, this);
    m_examples->setHorizontalHeaderLabels({tr("Status"), QString(), tr("Source"), tr("Count"), tr("Title")});
    m_examples->setAccessibleName(tr("Alerts that it would have hidden"));
    rowpainting::setUpTable(m_examples);
    auto *delegate = new RowDelegate(m_examples);
    delegate->setRightAligned({ExampleCount});
    delegate->setAddresses({ExampleSource});
    m_examples->setItemDelegate(delegate);
    m_examples->setSelectionMode(QAbstractItemView::SingleSelection);
    m_examples->setTabKeyNavigation(false);
    m_examples->setMinimumHeight(kPreviewHeight);
    m_examples->horizontalHeader()->setStretchLastSection(true);
    showExamples({});
    connect(m_forecast, &InlineMessage::linkActivated, this, &MuteDialog::look);
    body()->addWidget(m_forecast);
    body()->addWidget(m_progress);
    body()->addWidget(m_examples, 1);
}

std::string MuteDialog::chosenNetwork(QString *complaint) const
{
    if (!m_byNetwork || !m_byNetwork->isChecked())
        return {};
    const auto checked = checkedNetwork(m_alert.group, m_network->text().toStdString());
    QString wrong = checked ? QString() : checked.error().message;
    if (checked && checked->empty())
        wrong = tr("Which network? Write 203.0.113.0/24 or 2001:db8::/32");
    if (complaint)
        *complaint = wrong;
    return checked ? *checked : std::string();
}

Mute MuteDialog::mute() const
{
    Mute mute;
    mute.rule = m_alert.rule;
    mute.group = m_alert.group;
    mute.network = chosenNetwork();
    if (m_onlyCompany && m_onlyCompany->isChecked())
        mute.company = m_alert.context.companyId.value_or(std::string());
    mute.reason = m_reason->toPlainText().trimmed().toStdString();
    mute.alertId = m_alert.id;
    mute.createdAt = QDateTime::currentMSecsSinceEpoch();
    const int choice = m_span->currentIndex();
    mute.expiresAt = choice == Custom
        ? QDateTime(m_until->date(), m_until->time(), m_context->displayZone()).toMSecsSinceEpoch()
        : mute.createdAt + kSpans[static_cast<std::size_t>(choice)];
    return mute;
}

/// What is shown is no longer what would be muted.
void MuteDialog::lookAgain()
{
    stopLooking();
    m_previewed.reset();
    showExamples({});
    m_progress->hide();
    QString complaint;
    chosenNetwork(&complaint);
    if (complaint.isEmpty()) {
        m_forecast->setMessage(MessageKind::Info, tr("Looking through the last 30 days for what it would have hidden…"));
        m_soon.start();
    } else {
        m_forecast->setMessage(MessageKind::Info, tr("What it would have hidden is shown once the network is right."));
    }
    validate();
}

void MuteDialog::stopLooking()
{
    m_soon.stop();
    if (m_token != 0)
        m_context->session()->cancelJob(std::exchange(m_token, 0));
}

void MuteDialog::look()
{
    stopLooking();
    m_progress->setValue(0);
    m_progress->show();
    m_forecast->setMessage(MessageKind::Info, tr("Looking through the last 30 days for what it would have hidden…"));
    m_token = m_context->session()->startMutePreview(mute());
    validate();
}

void MuteDialog::onPreviewed(const MutePreview &preview)
{
    m_token = 0;
    m_progress->hide();
    if (preview.cancelled)
        return;
    m_previewed = mute();
    const QString words = mutewords::foretold(preview) + QLatin1Char(' ') + mutewords::activeNow(preview);
    m_forecast->setMessage(preview.truePositives > 0 ? MessageKind::Warning : MessageKind::Info, words.trimmed());
    showExamples(preview);
    validate();
}

void MuteDialog::onFailed(const Error &error)
{
    m_token = 0;
    m_progress->hide();
    m_forecast->setMessage(MessageKind::Error, error.message, tr("Try again"));
    validate();
}

void MuteDialog::take()
{
    if (!m_accept->isEnabled())
        return;
    Q_EMIT muteChosen(mute());
    accept();
}

} // namespace bartizan
