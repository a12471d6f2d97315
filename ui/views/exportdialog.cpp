// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/exportdialog.h"

#include "ui/models/shownids.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/labels.h"
#include "ui/widgets/inlinemessage.h"

#include <QButtonGroup>
#include <QDate>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QStandardPaths>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace bartizan {
namespace {

constexpr int kWidth = 620;
constexpr int kSteps = 1000;

ExportRequest alertsShown(std::vector<AlertColumn> columns)
{
    ExportRequest shown;
    shown.alertColumns = std::move(columns);
    return shown;
}

ExportRequest eventsShown(const EventSearch &events, std::vector<EventColumn> columns)
{
    ExportRequest shown;
    shown.events = events;
    shown.eventColumns = std::move(columns);
    return shown;
}

int clampedToInt(std::int64_t value)
{
    return static_cast<int>(std::min<std::int64_t>(value, std::numeric_limits<int>::max()));
}

} // namespace

ExportDialog::ExportDialog(ConsoleContext *context, const AlertModel &shown, std::vector<AlertColumn> columns,
                           QWidget *parent)
    : ExportDialog(context, alertsShown(std::move(columns)), &shown, parent)
{
}

ExportDialog::ExportDialog(ConsoleContext *context, const EventSearch &events, std::vector<EventColumn> columns,
                           QWidget *parent)
    : ExportDialog(context, eventsShown(events, std::move(columns)), nullptr, parent)
{
}

ExportDialog::ExportDialog(ConsoleContext *context, ExportRequest shown, const AlertModel *alerts, QWidget *parent)
    : FramedDialog(shown.events ? tr("Export events") : tr("Export alerts"), parent), m_context(context),
      m_session(context->session()), m_shownThere(std::move(shown)), m_ids(alerts ? new ShownIds(alerts, this) : nullptr)
{
    setMinimumWidth(kWidth);
    m_form = new QWidget(this);
    auto *grid = new QGridLayout(m_form);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(measure::kPageMargin);
    grid->setVerticalSpacing(measure::kControlGap);
    grid->setColumnStretch(1, 1);
    body()->addWidget(m_form);
    addChoices();
    addFile();

    m_bar = new QProgressBar(this);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of the export"));
    m_progress = mutedLabel({}, this);
    m_message = new InlineMessage(this);
    for (QWidget *widget : {static_cast<QWidget *>(m_bar), static_cast<QWidget *>(m_progress),
                            static_cast<QWidget *>(m_message)}) {
        body()->addWidget(widget);
        widget->hide();
    }
    body()->addStretch(1);

    m_close = addButton(tr("Close"));
    m_start = addButton(tr("Export"), true);
    connect(m_close, &QPushButton::clicked, this, [this] {
        if (isRunning())
            m_session->cancelJob(m_token);
        else
            reject();
    });
    connect(m_start, &QPushButton::clicked, this, &ExportDialog::start);
    connect(m_session, &Session::jobProgress, this, &ExportDialog::showProgress);
    connect(m_session, &Session::exportFinished, this, &ExportDialog::showWritten);
    connect(m_session, &Session::jobFailed, this, &ExportDialog::showFailure);
    connect(m_session, &Session::closed, this, &QDialog::close);
    setRunning(false);
    m_path->setFocus();
    m_path->selectAll();
}

ExportDialog::~ExportDialog()
{
    if (isRunning() && m_session)
        m_session->cancelJob(m_token);
}

void ExportDialog::addAlertChoices()
{
    auto *grid = static_cast<QGridLayout *>(m_form->layout());
    m_shown = new QRadioButton(tr("What the Alerts page shows, %Ln alert(s)", nullptr,
                                  m_ids->count()), m_form);
    const QString range = format::timeRange(m_context->currentRange(), m_context->displayZone());
    m_whole = new QRadioButton(m_context->company() ? tr("All of this company in the range") : tr("All in the range"),
                               m_form);
    auto *which = new QButtonGroup(this);
    which->addButton(m_shown);
    which->addButton(m_whole);
    m_shown->setEnabled(m_ids->count() > 0);
    (m_ids->count() == 0 ? m_whole : m_shown)->setChecked(true);
    grid->addWidget(plainLabel(tr("Alerts"), m_form), 0, 0);
    grid->addWidget(m_shown, 0, 1);
    grid->addWidget(m_whole, 1, 1);
    QLabel *rangeLabel = smallLabel(range, m_form);
    rangeLabel->setIndent(24);
    grid->addWidget(rangeLabel, 2, 1);
    for (QRadioButton *button : {m_shown, m_whole})
        button->setAccessibleName(button->text());
}

/// What is exported, in words: there is nothing to choose.
void ExportDialog::addEventChoice()
{
    auto *grid = static_cast<QGridLayout *>(m_form->layout());
    grid->addWidget(plainLabel(tr("Events"), m_form), 0, 0);
    const TimeRange &range = m_events->query.range;
    grid->addWidget(plainLabel(m_events->filter.isEmpty() ? tr("All that the Events page goes through")
                                                          : tr("What passes the filter of the Events page"), m_form),
                    0, 1);
    grid->addWidget(smallLabel(format::timeRange(range, m_context->displayZone()), m_form), 1, 1);
}

void ExportDialog::addChoices()
{
    if (m_events)
        addEventChoice();
    else
        addAlertChoices();
    addColumnChoice();
    addFormats();
}

/// What a page shows comes as it shows it, or whole; all in the range comes whole.
void ExportDialog::addColumnChoice()
{
    auto *grid = static_cast<QGridLayout *>(m_form->layout());
    const std::size_t shown = m_events ? m_shownThere.eventColumns.size() : m_shownThere.alertColumns.size();
    m_shownColumns = new QRadioButton(tr("The %Ln shown, in their order", nullptr, static_cast<int>(shown)), m_form);
    m_allColumns = new QRadioButton(m_events ? tr("All, as they were logged") : tr("All"), m_form);
    auto *which = new QButtonGroup(this);
    which->addButton(m_shownColumns);
    which->addButton(m_allColumns);
    const auto offer = [this](bool possible) {
        m_shownColumns->setEnabled(possible);
        (possible ? m_shownColumns : m_allColumns)->setChecked(true);
    };
    offer(shown > 0 && (m_events || m_shown->isChecked()));
    if (m_shown && shown > 0)
        connect(m_shown, &QRadioButton::toggled, this, offer);
    grid->addWidget(plainLabel(tr("Columns"), m_form), 3, 0);
    grid->addWidget(m_shownColumns, 3, 1);
    grid->addWidget(m_allColumns, 4, 1);
    m_shownColumns->setAccessibleName(tr("Columns: %1").arg(m_shownColumns->text()));
    m_allColumns->setAccessibleName(tr("Columns: %1").arg(m_allColumns->text()));
}

void ExportDialog::addFormats()
{
    auto *grid = static_cast<QGridLayout *>(m_form->layout());
    m_csv = new QRadioButton(tr("CSV, safe in a spreadsheet"), m_form);
    m_json = new QRadioButton(m_events ? tr("NDJSON, an event a line") : tr("JSON"), m_form);
    auto *how = new QButtonGroup(this);
    how->addButton(m_csv);
    how->addButton(m_json);
    m_csv->setChecked(true);
    grid->addWidget(plainLabel(tr("Format"), m_form), 5, 0);
    grid->addWidget(m_csv, 5, 1);
    grid->addWidget(m_json, 6, 1);
    connect(how, &QButtonGroup::buttonClicked, this, &ExportDialog::fitSuffix);
    for (QRadioButton *button : {m_csv, m_json})
        button->setAccessibleName(button->text());
}

void ExportDialog::addFile()
{
    auto *grid = static_cast<QGridLayout *>(m_form->layout());
    auto *row = new QHBoxLayout;
    row->setSpacing(measure::kControlGap);
    m_path = new QLineEdit(m_form);
    m_path->setAccessibleName(tr("File"));
    auto *browseButton = new QPushButton(tr("Browse…"), m_form);
    browseButton->setAutoDefault(false);
    row->addWidget(m_path, 1);
    row->addWidget(browseButton);
    QLabel *label = plainLabel(tr("&File"), m_form);
    label->setBuddy(m_path);
    grid->addWidget(label, 7, 0);
    grid->addLayout(row, 7, 1);
    m_error = new FieldError(m_form);
    grid->addWidget(m_error, 8, 1);
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    const QString folder = QDir(documents).exists() ? documents : QDir::homePath();
    m_path->setText(QDir(folder).filePath((m_events ? QStringLiteral("events-") : QStringLiteral("alerts-"))
                                          + QDate::currentDate().toString(Qt::ISODate) + suffix(ExportFormat::Csv)));
    connect(browseButton, &QPushButton::clicked, this, &ExportDialog::browse);
    connect(m_path, &QLineEdit::textChanged, this, &ExportDialog::askNoMore);
}

void ExportDialog::setPath(const QString &path)
{
    m_path->setText(path);
    if (path.endsWith(suffix(ExportFormat::Json), Qt::CaseInsensitive))
        m_json->setChecked(true);
    else if (path.endsWith(suffix(ExportFormat::Csv), Qt::CaseInsensitive))
        m_csv->setChecked(true);
}

ExportFormat ExportDialog::format() const
{
    return m_json->isChecked() ? ExportFormat::Json : ExportFormat::Csv;
}

QString ExportDialog::suffix(ExportFormat format) const
{
    return format == ExportFormat::Csv ? QStringLiteral(".csv")
        : m_events                     ? QStringLiteral(".ndjson")
                                       : QStringLiteral(".json");
}

void ExportDialog::fitSuffix()
{
    const QString wanted = suffix(format());
    const QString other = suffix(format() == ExportFormat::Csv ? ExportFormat::Json : ExportFormat::Csv);
    QString path = m_path->text();
    if (path.endsWith(other, Qt::CaseInsensitive)) {
        path.chop(other.size());
        m_path->setText(path + wanted);
    }
}

void ExportDialog::browse()
{
    auto *dialog = new QFileDialog(this, m_events ? tr("Export events to") : tr("Export alerts to"), QFileInfo(m_path->text()).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // the question is asked here
    dialog->setDefaultSuffix(suffix(format()).mid(1));
    dialog->selectFile(QFileInfo(m_path->text()).fileName());
    connect(dialog, &QFileDialog::fileSelected, this, &ExportDialog::setPath);
    dialog->open();
}

QString ExportDialog::checkedPath()
{
    const QString path = m_path->text().trimmed();
    const QFileInfo file(path);
    const QString wrong = path.isEmpty()       ? tr("Name the file to write.")
        : file.isDir()                         ? tr("This is a folder; name a file in it.")
        : !QFileInfo(file.path()).isDir()      ? tr("There is no folder %1.").arg(file.path())
        : file.isSymLink()                     ? tr("This is a symbolic link, which is never written through.")
                                               : QString();
    m_error->setText(wrong);
    FieldError::markField(m_path, !wrong.isEmpty());
    return wrong.isEmpty() ? path : QString();
}

/// What is chosen, but for the file.
ExportRequest ExportDialog::request() const
{
    ExportRequest wanted = m_shownThere;
    wanted.format = format();
    if (m_ids && m_shown->isChecked())
        wanted.ids = m_ids->ids();
    if (!m_shownColumns->isChecked()) {
        wanted.alertColumns.clear();
        wanted.eventColumns.clear();
    }
    wanted.query.range = m_context->currentRange();
    wanted.query.companyId = m_context->company();
    return wanted;
}

void ExportDialog::start()
{
    if (isRunning() || !m_session)
        return;
    const QString path = checkedPath();
    if (path.isEmpty())
        return;
    const bool replace = m_askedAbout == path;
    if (!replace && QFileInfo::exists(path)) {
        m_askedAbout = path;
        m_message->setMessage(MessageKind::Warning,
                              tr("“%1” is there already. Replace it?").arg(QFileInfo(path).fileName()));
        m_start->setText(tr("Replace"));
        return;
    }
    if (m_ids && !m_ids->ids()) { // In a moment.
        connect(m_ids, &ShownIds::done, this, &ExportDialog::start, Qt::UniqueConnection);
        return;
    }
    ExportRequest wanted = request();
    wanted.path = path;
    wanted.overwrite = replace;
    m_writing = path;
    m_message->hide();
    m_bar->setRange(0, 0);
    m_progress->setText(m_events ? tr("Reading the events…") : tr("Reading the alerts…"));
    m_token = m_session->startExport(wanted);
    setRunning(true);
}

void ExportDialog::setRunning(bool running)
{
    m_form->setEnabled(!running);
    m_start->setVisible(!running);
    m_close->setText(running ? tr("Stop") : tr("Close"));
    m_bar->setVisible(running);
    m_progress->setVisible(running);
}

void ExportDialog::askNoMore()
{
    m_error->setText({});
    FieldError::markField(m_path, false);
    if (m_askedAbout.isEmpty())
        return;
    m_askedAbout.clear();
    m_start->setText(tr("Export"));
    m_message->hide();
}

void ExportDialog::showProgress(quint64 token, const JobProgress &progress)
{
    if (token != m_token || token == 0)
        return;
    m_bar->setRange(0, progress.total > 0 ? kSteps : 0);
    if (progress.total > 0)
        m_bar->setValue(static_cast<int>(progress.done * kSteps / progress.total));
    const QString done = format::count(progress.done);
    m_progress->setText(!m_events             ? tr("%1 of %2 alerts written").arg(done, format::count(progress.total))
                            : progress.total > 0 ? tr("%1 of %2 events written").arg(done, format::count(progress.total))
                                                 : tr("%1 events written").arg(done));
}

void ExportDialog::showWritten(quint64 token, qint64 written)
{
    if (token != m_token || token == 0)
        return;
    m_token = 0;
    setRunning(false);
    askNoMore();
    if (written < 0) {
        m_message->setMessage(MessageKind::Info, tr("Stopped. Nothing was written."));
        return;
    }
    const int count = clampedToInt(written);
    m_message->setMessage(MessageKind::Ok,
                          (m_events ? tr("%Ln event(s) written to %1, readable by you alone.", nullptr, count)
                                    : tr("%Ln alert(s) written to %1, readable by you alone.", nullptr, count))
                              .arg(m_writing));
    m_close->setFocus();
}

void ExportDialog::showFailure(quint64 token, const Error &error)
{
    if (token != m_token || token == 0)
        return;
    m_token = 0;
    setRunning(false);
    askNoMore();
    m_message->setMessage(MessageKind::Error, tr("Not written. %1").arg(format::singleLine(error.message)));
}

void ExportDialog::reject()
{
    if (isRunning() && m_session)
        m_session->cancelJob(m_token);
    m_token = 0;
    FramedDialog::reject();
}

} // namespace bartizan
