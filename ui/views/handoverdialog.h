// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/documentwriter.h"
#include "core/report/handoverdocument.h"
#include "ui/views/consolecontext.h"
#include "ui/views/frameddialog.h"

#include <QPointer>
#include <QTimer>

#include <optional>

class QLabel;
class QPushButton;
class QStackedWidget;
class QStandardItemModel;
class QTableView;

namespace bartizan {

class EmptyState;
class HandoverPeriod;
class HandoverTable;
class InlineMessage;
class SectionHeading;

/// The shift handover: what changed between two times, section by section, to be read, copied and saved. It asks anew when
/// the time is changed, and can be stopped while it reads. Thread: GUI.
class HandoverDialog : public FramedDialog {
    Q_OBJECT
public:
    explicit HandoverDialog(ConsoleContext *context, QWidget *parent = nullptr);
    ~HandoverDialog() override;

    bool isLoading() const { return m_loading; }
    /// What is shown; nullopt while nothing is.
    const std::optional<HandoverDocument> &document() const { return m_document; }
    HandoverPeriod *period() const { return m_period; }

    /// Writes it to a file, as a PDF where its name ends so, else as Markdown; a file that is there is replaced.
    void saveTo(const QString &path);
    void copyMarkdown();

private:
    void buildSections();
    void buildButtons();
    void connectSession();
    QueryService *service() const;
    void load();
    void stop();
    void take(const Result<Handover> &answer);
    void showDocument();
    void showSection(int index);
    void updateButtons();
    void browse(const QString &suffix);
    /// Remembers, unless it is empty, up to when all of this database was handed over.
    void noteHandedOver(std::optional<TimestampMs> until) const;
    /// The end of what is shown, where that is all there was to hand over: of every company, since the user left.
    std::optional<TimestampMs> toldUntil() const;

    ConsoleContext *m_context;
    QPointer<Session> m_session;
    const QString m_database; ///< Which one it is about.
    QTimer m_soon;
    HandoverPeriod *m_period;
    QStandardItemModel *m_list = nullptr;
    QTableView *m_sections = nullptr;
    QStackedWidget *m_stack = nullptr;
    SectionHeading *m_heading = nullptr;
    QLabel *m_nothing = nullptr;
    HandoverTable *m_table = nullptr;
    QLabel *m_more = nullptr;
    EmptyState *m_waiting = nullptr;
    InlineMessage *m_message = nullptr;
    QPushButton *m_copy = nullptr;
    QPushButton *m_saveMarkdown = nullptr;
    QPushButton *m_savePdf = nullptr;
    std::optional<Handover> m_handover;
    std::optional<HandoverDocument> m_document; ///< Of m_handover, in words.
    bool m_loading = false;
    bool m_tellsAll = false; ///< What was asked for leaves nothing out; see toldUntil().
    DocumentWriter m_writer{this};
    std::optional<TimestampMs> m_writingUntil; ///< toldUntil() of what is being written.
};

} // namespace bartizan
