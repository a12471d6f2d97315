// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/consolecontext.h"
#include "ui/views/frameddialog.h"

#include <QPointer>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QProgressBar;
class QSpinBox;

namespace bartizan {

class FieldError;
class InlineMessage;
class QuarantineTable;
class ZoneBox;

/// Reads a log into the open database: the file and how to read it, then the progress, then what came of it with the
/// lines that could not be read. The import runs on a thread of its own; closing the dialog stops it, and what was
/// imported stays. Thread: GUI.
class ImportDialog : public FramedDialog {
    Q_OBJECT
public:
    ImportDialog(ConsoleContext *context, QWidget *parent = nullptr);
    ~ImportDialog() override;

    void setPath(const QString &path);
    bool isRunning() const { return m_token != 0; }
    /// Starts as the button does.
    void start();

    void reject() override;

private:
    void addForm();
    void addProgress();
    void addRow(QGridLayout *grid, const QString &label, QWidget *field, const QString &hint);
    void browse();
    ImportOptions options() const;
    void forgetResult();
    void setRunning(bool running);
    void showProgress(quint64 token, const JobProgress &progress);
    void showResult(quint64 token, const ImportReport &report, const std::vector<QuarantinedLine> &examples);
    void showFailure(quint64 token, const Error &error);
    void showEvents();

    ConsoleContext *m_context;
    QPointer<Session> m_session;
    QWidget *m_form = nullptr;
    QLineEdit *m_path = nullptr;
    FieldError *m_pathError = nullptr;
    QComboBox *m_format = nullptr;
    QSpinBox *m_year = nullptr;
    ZoneBox *m_zone = nullptr;
    FieldError *m_zoneError = nullptr;
    QLineEdit *m_company = nullptr;
    QProgressBar *m_bar = nullptr;
    QLabel *m_progress = nullptr;
    InlineMessage *m_result = nullptr;
    QLabel *m_linesTitle = nullptr;
    QuarantineTable *m_lines = nullptr;
    QPushButton *m_events = nullptr;
    QPushButton *m_close = nullptr;
    QPushButton *m_start = nullptr;
    quint64 m_token = 0;
    TimeRange m_imported;
};

} // namespace bartizan
