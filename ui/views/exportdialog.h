// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/consolecontext.h"
#include "ui/views/frameddialog.h"

#include <QPointer>

class QLabel;
class QLineEdit;
class QProgressBar;
class QRadioButton;

namespace bartizan {

class AlertModel;
class FieldError;
class InlineMessage;
class ShownIds;

/// Writes alerts to a CSV or JSON file, those the Alerts page shows or all of the range; or the events that pass a
/// filter to a CSV or NDJSON file. What a page shows comes with the columns that it shows, or with all. A file that is there is replaced only after a question, asked in the dialog. The
/// export runs on a thread of its own. Thread: GUI.
class ExportDialog : public FramedDialog {
    Q_OBJECT
public:
    /// `shown` are the alerts the Alerts page shows, and `columns` what it shows of them, from left to right.
    ExportDialog(ConsoleContext *context, const AlertModel &shown, std::vector<AlertColumn> columns,
                 QWidget *parent = nullptr);
    /// The events that the Events page shows, as far back as they go.
    ExportDialog(ConsoleContext *context, const EventSearch &events, std::vector<EventColumn> columns,
                 QWidget *parent = nullptr);
    ~ExportDialog() override;

    void setPath(const QString &path);
    bool isRunning() const { return m_token != 0; }
    /// Starts as the button does; a second time it replaces the file that was asked about.
    void start();

    void reject() override;

private:
    ExportDialog(ConsoleContext *context, ExportRequest shown, const AlertModel *alerts, QWidget *parent);
    void addChoices();
    void addAlertChoices();
    void addEventChoice();
    void addColumnChoice();
    void addFormats();
    ExportRequest request() const;
    QString suffix(ExportFormat format) const;
    void addFile();
    void browse();
    ExportFormat format() const;
    QString checkedPath();
    void fitSuffix();
    void setRunning(bool running);
    void askNoMore();
    void showProgress(quint64 token, const JobProgress &progress);
    void showWritten(quint64 token, qint64 written);
    void showFailure(quint64 token, const Error &error);

    ConsoleContext *m_context;
    QPointer<Session> m_session;
    const ExportRequest m_shownThere;  ///< What the page shows.
    const std::optional<EventSearch> &m_events = m_shownThere.events; ///< Events instead of alerts.
    ShownIds *m_ids = nullptr; ///< Of the alerts that the page shows; null: events.
    QWidget *m_form = nullptr;
    QRadioButton *m_shown = nullptr;
    QRadioButton *m_whole = nullptr;
    QRadioButton *m_shownColumns = nullptr;
    QRadioButton *m_allColumns = nullptr;
    QRadioButton *m_csv = nullptr;
    QRadioButton *m_json = nullptr;
    QLineEdit *m_path = nullptr;
    FieldError *m_error = nullptr;
    QProgressBar *m_bar = nullptr;
    QLabel *m_progress = nullptr;
    InlineMessage *m_message = nullptr;
    QPushButton *m_close = nullptr;
    QPushButton *m_start = nullptr;
    QString m_askedAbout; ///< The existing file whose replacement has been asked about.
    QString m_writing;
    quint64 m_token = 0;
};

} // namespace bartizan
