// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/importdialog.h"

#include "core/ports/clock.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/labels.h"
#include "ui/views/quarantinetable.h"
#include "ui/views/zonebox.h"
#include "ui/widgets/inlinemessage.h"

#include <QComboBox>
#include <QDate>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace bartizan {
namespace {

constexpr int kWidth = 720;
constexpr int kHeight = 460;
constexpr int kFieldWidth = 260;
constexpr int kNoYear = 1969; // shown as "the latest that fits"
constexpr int kSteps = 1000;  // of the progress bar

QString formatName(ImportFormat format)
{
    switch (format) {
    case ImportFormat::Ndjson:
        return ImportDialog::tr("NDJSON");
    case ImportFormat::Csv:
        return ImportDialog::tr("CSV");
    case ImportFormat::Sshd:
        return ImportDialog::tr("OpenSSH log");
    case ImportFormat::Auto:
        break;
    }
    return ImportDialog::tr("Told by its first lines");
}

/// A number with its word; `form` has the plural.
QString counted(QString (*form)(int), std::int64_t count)
{
    return form(static_cast<int>(std::min<std::int64_t>(count, std::numeric_limits<int>::max()))).arg(format::count(count));
}

QString totals(const ImportProgress &p)
{
    return QStringList{counted([](int n) { return ImportDialog::tr("%1 line(s) read", nullptr, n); }, p.lines),
                       counted([](int n) { return ImportDialog::tr("%1 event(s) imported", nullptr, n); }, p.imported),
                       ImportDialog::tr("%1 already there").arg(format::count(p.duplicates)),
                       counted([](int n) { return ImportDialog::tr("%1 line(s) in quarantine", nullptr, n); }, p.quarantined)}
        .join(QStringLiteral(", "));
}

/// What became of all lines of an OpenSSH log, of which most are about no log-in.
QString explained(const ImportReport &report)
{
    const ImportProgress &p = report.totals;
    const std::int64_t others = p.lines - p.imported - p.duplicates - p.quarantined;
    QString text = totals(p);
    if (report.format == ImportFormat::Sshd && others > 0) {
        text += QStringLiteral(", ")
            + counted([](int n) { return ImportDialog::tr("%1 line(s) about no log-in", nullptr, n); }, others);
    }
    if (report.notUtf8 > 0) {
        text += QStringLiteral(", ")
            + counted([](int n) { return ImportDialog::tr("%1 line(s) not in UTF-8, with letters lost", nullptr, n); },
                      report.notUtf8);
    }
    if (report.expired > 0) {
        text += QStringLiteral(", ")
            + counted([](int n) { return ImportDialog::tr("%1 event(s) older than what is kept, which the engine drops", nullptr, n); },
                      report.expired);
    }
    return text;
}

} // namespace

ImportDialog::ImportDialog(ConsoleContext *context, QWidget *parent)
    : FramedDialog(tr("Import log"), parent), m_context(context), m_session(context->session())
{
    resize(kWidth, kHeight);
    addForm();
    addProgress();
    m_events = addButton(tr("Show the events"));
    m_events->hide();
    m_close = addButton(tr("Close"));
    m_start = addButton(tr("Import"), true);
    connect(m_events, &QPushButton::clicked, this, &ImportDialog::showEvents);
    connect(m_close, &QPushButton::clicked, this, [this] {
        if (isRunning())
            m_session->cancelJob(m_token);
        else
            reject();
    });
    connect(m_start, &QPushButton::clicked, this, &ImportDialog::start);
    connect(m_session, &Session::jobProgress, this, &ImportDialog::showProgress);
    connect(m_session, &Session::importFinished, this, &ImportDialog::showResult);
    connect(m_session, &Session::jobFailed, this, &ImportDialog::showFailure);
    connect(m_session, &Session::closed, this, &QDialog::close);
    setRunning(false);
    m_path->setFocus();
}

ImportDialog::~ImportDialog()
{
    if (isRunning() && m_session)
        m_session->cancelJob(m_token);
}

void ImportDialog::addForm()
{
    m_form = new QWidget(this);
    auto *grid = new QGridLayout(m_form);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(measure::kControlGap);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(2, 1);

    auto *file = new QWidget(m_form);
    auto *fileRow = new QHBoxLayout(file);
    fileRow->setContentsMargins(0, 0, 0, 0);
    fileRow->setSpacing(measure::kControlGap);
    m_path = new QLineEdit(file);
    m_path->setPlaceholderText(tr("for example /var/log/auth.log"));
    auto *browseButton = new QPushButton(tr("Browse…"), file);
    browseButton->setAutoDefault(false);
    fileRow->addWidget(m_path, 1);
    fileRow->addWidget(browseButton);
    QLabel *fileLabel = plainLabel(tr("&File"), m_form);
    fileLabel->setBuddy(m_path);
    m_path->setAccessibleName(tr("File"));
    grid->addWidget(fileLabel, 0, 0);
    grid->addWidget(file, 0, 1, 1, 2);
    m_pathError = new FieldError(m_form);
    grid->addWidget(m_pathError, 1, 1, 1, 2);
    connect(browseButton, &QPushButton::clicked, this, &ImportDialog::browse);
    connect(m_path, &QLineEdit::textChanged, this, [this] {
        m_pathError->setText({});
        FieldError::markField(m_path, false);
        if (!isRunning())
            forgetResult(); // It is that of another file.
    });

    m_format = new QComboBox(m_form);
    for (const ImportFormat format :
         {ImportFormat::Auto, ImportFormat::Sshd, ImportFormat::Ndjson, ImportFormat::Csv})
        m_format->addItem(formatName(format), static_cast<int>(format));
    addRow(grid, tr("F&ormat"), m_format, tr("OpenSSH log, NDJSON or CSV"));
    m_year = new QSpinBox(m_form);
    m_year->setRange(kNoYear, QDate::currentDate().year() + 1);
    m_year->setValue(kNoYear);
    m_year->setSpecialValueText(tr("the latest that fits"));
    addRow(grid, tr("&Year"), m_year, tr("of stamps without one, such as “Nov 20 14:27:12”"));
    m_zone = new ZoneBox(m_form);
    addRow(grid, tr("Time &zone"), m_zone, tr("of stamps without an offset"));
    m_zoneError = new FieldError(m_form);
    grid->addWidget(m_zoneError, grid->rowCount(), 1, 1, 2);
    m_company = new QLineEdit(m_form);
    m_company->setPlaceholderText(tr("as the log says"));
    addRow(grid, tr("&Company"), m_company, tr("for events that name none"));
    body()->addWidget(m_form);
}

void ImportDialog::addRow(QGridLayout *grid, const QString &label, QWidget *field, const QString &hint)
{
    const int row = grid->rowCount();
    QLabel *name = plainLabel(label, m_form);
    name->setBuddy(field);
    field->setAccessibleName(QString(label).remove(QLatin1Char('&')));
    field->setAccessibleDescription(hint);
    field->setFixedWidth(kFieldWidth);
    grid->addWidget(name, row, 0);
    grid->addWidget(field, row, 1);
    grid->addWidget(mutedLabel(hint, m_form), row, 2);
}

void ImportDialog::addProgress()
{
    m_bar = new QProgressBar(this);
    m_bar->setRange(0, kSteps);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of the import"));
    m_progress = mutedLabel({}, this);
    m_result = new InlineMessage(this);
    m_linesTitle = sectionLabel(tr("Lines that could not be read"), this);
    m_lines = new QuarantineTable(this);
    for (QWidget *widget : {static_cast<QWidget *>(m_bar), static_cast<QWidget *>(m_progress),
                            static_cast<QWidget *>(m_result), static_cast<QWidget *>(m_linesTitle)}) {
        body()->addWidget(widget);
        widget->hide();
    }
    body()->addWidget(m_lines, 1);
    m_lines->hide();
    body()->addStretch(0);
}

void ImportDialog::setPath(const QString &path)
{
    m_path->setText(path);
}

void ImportDialog::browse()
{
    auto *dialog = new QFileDialog(this, tr("Log to import"), QFileInfo(m_path->text()).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Logs (*.log *.log.* *.ndjson *.jsonl *.json *.csv *.txt)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &ImportDialog::setPath);
    dialog->open();
}

ImportOptions ImportDialog::options() const
{
    ImportOptions options;
    options.format = static_cast<ImportFormat>(m_format->currentData().toInt());
    if (m_year->value() != kNoYear)
        options.year = m_year->value();
    options.timeZone = m_zone->zone().toStdString();
    const QString company = m_company->text().trimmed();
    if (!company.isEmpty())
        options.companyId = company.toStdString();
    options.now = SystemClock().now();
    return options;
}

/// Shows no longer what became of the file before.
void ImportDialog::forgetResult()
{
    m_lines->setLines({});
    m_lines->hide();
    m_linesTitle->hide();
    m_result->hide();
    m_progress->hide();
    m_events->hide();
}

void ImportDialog::start()
{
    if (isRunning() || !m_session)
        return;
    forgetResult();
    const QString path = m_path->text().trimmed();
    const QString refusal = m_session->database().refusals.append;
    const QString wrong = !refusal.isEmpty() ? refusal
        : path.isEmpty()                     ? tr("Name the file to import.")
        : !QFileInfo(path).exists()          ? tr("There is no such file.")
        : QFileInfo(path).isDir()            ? tr("This is a folder; name one file in it.")
        : !QFileInfo(path).isReadable()      ? tr("You may not read this file.")
                                             : QString();
    m_pathError->setText(wrong);
    FieldError::markField(m_path, !wrong.isEmpty());
    const bool zoneWrong = !m_zone->isValid();
    m_zoneError->setText(zoneWrong ? tr("Enter the name of a time zone, such as UTC or Europe/Berlin.") : QString());
    FieldError::markField(m_zone, zoneWrong);
    if (!wrong.isEmpty() || zoneWrong) {
        (wrong.isEmpty() ? static_cast<QWidget *>(m_zone) : m_path)->setFocus(Qt::OtherFocusReason);
        return;
    }
    m_bar->setRange(0, 0);
    m_progress->setText(tr("Opening…"));
    m_token = m_session->startImport(path, options());
    setRunning(true);
}

void ImportDialog::setRunning(bool running)
{
    m_form->setEnabled(!running);
    m_start->setVisible(!running);
    m_close->setText(running ? tr("Stop") : tr("Close"));
    m_bar->setVisible(running);
    m_progress->setVisible(running);
}

void ImportDialog::showProgress(quint64 token, const JobProgress &progress)
{
    if (token != m_token || token == 0)
        return;
    const ImportProgress &p = progress.import;
    m_bar->setRange(0, p.bytesTotal > 0 ? kSteps : 0);
    if (p.bytesTotal > 0)
        m_bar->setValue(static_cast<int>(p.bytesRead * kSteps / p.bytesTotal));
    m_progress->setText(totals(p));
}

void ImportDialog::showResult(quint64 token, const ImportReport &report, const std::vector<QuarantinedLine> &examples)
{
    if (token != m_token || token == 0)
        return;
    m_token = 0;
    setRunning(false);
    m_imported = report.range;
    const bool any = report.range.start <= report.range.end;
    if (report.totals.lines == 0 && !report.cancelled) {
        m_result->setMessage(MessageKind::Warning, report.totals.bytesRead == 0 ? tr("This file is empty: there is nothing to import.")
                                                                               : tr("There is no line with an event in this file."));
        m_close->setFocus();
        return;
    }
    QString text = report.cancelled ? tr("Stopped: %1.").arg(explained(report))
                                    : tr("%1: %2.").arg(formatName(report.format), explained(report));
    m_result->setMessage(report.cancelled || report.totals.quarantined > 0 || report.notUtf8 > 0 || report.expired > 0 ? MessageKind::Warning : MessageKind::Ok,
                         text);
    m_progress->setText(any ? tr("Events from %1.").arg(format::timeRange(report.range, m_context->displayZone()))
                            : tr("No event in it was new."));
    m_progress->show();
    const bool lines = !examples.empty();
    const auto shown = static_cast<std::int64_t>(examples.size());
    m_linesTitle->setText(shown < report.totals.quarantined
                              ? tr("Lines that could not be read, the first %1 of %2")
                                    .arg(format::count(shown), format::count(report.totals.quarantined))
                              : tr("Lines that could not be read"));
    m_lines->setLines(examples);
    m_lines->setVisible(lines);
    m_linesTitle->setVisible(lines);
    m_events->setVisible(any);
    m_close->setFocus();
}

void ImportDialog::showFailure(quint64 token, const Error &error)
{
    if (token != m_token || token == 0)
        return;
    m_token = 0;
    setRunning(false);
    m_result->setMessage(MessageKind::Error, tr("Not imported. %1").arg(format::singleLine(error.message)));
}

void ImportDialog::showEvents()
{
    m_context->setRangeChoice({RangeChoice::Kind::Custom, m_imported});
    m_context->showEvents({});
    accept();
}

void ImportDialog::reject()
{
    if (isRunning() && m_session)
        m_session->cancelJob(m_token); // what was imported stays; nobody needs the answer any more
    m_token = 0;
    FramedDialog::reject();
}

} // namespace bartizan
