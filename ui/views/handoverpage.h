// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/documentwriter.h"
#include "core/report/handoverdocument.h"
#include "ui/views/page.h"

#include <QPointer>
#include <QTimer>

#include <optional>

class QLabel;
class QStackedWidget;
class QStandardItemModel;
class QTableView;

namespace bartizan {

class ConsoleContext;
class EmptyState;
class HandoverPeriod;
class HandoverTable;
class InlineMessage;
class LinkButton;
class QueryService;
class SectionHeading;
class Session;

/// The shift handover: what changed between two times, section by section, to be read, copied and saved. It asks anew
/// each time it is shown and when the time is changed, and can be stopped while it reads. Thread: GUI.
class HandoverPage : public Page {
    Q_OBJECT
public:
    explicit HandoverPage(ConsoleContext *context, QWidget *parent = nullptr);
    ~HandoverPage() override;

    void activate() override;
    QWidget *initialFocus() override;
    bool isLoading() const override { return m_loading; }
    QList<QAction *> commands() const override { return {m_copy, m_saveMarkdown, m_savePdf}; }

    /// What is shown; nullopt while nothing is.
    const std::optional<HandoverDocument> &document() const { return m_document; }
    HandoverPeriod *period() const { return m_period; }

    /// Writes it to a file, as a PDF where its name ends so, else as Markdown; a file that is there is replaced.
    void saveTo(const QString &path);
    void copyMarkdown();

private:
    void buildHeader();
    void buildSections();
    QWidget *buildSection();
    void connectContext();
    void connectWriter();
    QueryService *service() const;
    void begin();
    void load();
    void cancel();
    void stop();
    void forget();
    void showNothing(const QString &reason);
    void take(const Result<Handover> &answer);
    void showWaiting();
    void showDocument();
    void showSection(int index);
    void showRest();
    void updateActions();
    void browse(const QString &suffix);
    /// That all of a database was handed over, up to a time.
    struct HandedOver {
        QString database;
        TimestampMs until;
    };
    /// Remembers it, if it was.
    static void note(const std::optional<HandedOver> &told);
    /// What is shown, where that is all there was to hand over: of every company, since the user left.
    std::optional<HandedOver> told() const;

    ConsoleContext *m_context;
    QPointer<Session> m_session;
    QString m_database; ///< Which one it is about, or was last.
    QTimer m_soon;
    QTimer m_patience; ///< Runs out when an answer is long in coming.
    HandoverPeriod *m_period;
    QStandardItemModel *m_list = nullptr;
    QTableView *m_sections = nullptr;
    QStackedWidget *m_stack = nullptr;
    SectionHeading *m_heading = nullptr;
    QLabel *m_nothing = nullptr;
    HandoverTable *m_table = nullptr;
    QLabel *m_more = nullptr;
    LinkButton *m_rest = nullptr; ///< The same where it leads somewhere.
    QLabel *m_hint = nullptr;
    EmptyState *m_waiting = nullptr;
    InlineMessage *m_message = nullptr;
    QAction *m_copy = nullptr;
    QAction *m_saveMarkdown = nullptr;
    QAction *m_savePdf = nullptr;
    std::optional<Handover> m_handover;
    std::optional<HandoverDocument> m_document; ///< Of m_handover, in words.
    bool m_loading = false;
    QPointer<QWidget> m_focusBefore; ///< What had the focus before it began to wait.
    bool m_failed = false;    ///< The last answer: it is asked for anew when the database can be reached again.
    bool m_away = false;      ///< The database cannot be reached.
    bool m_asksAll = false;   ///< What was asked for leaves nothing out.
    bool m_tellsAll = false;  ///< The same of m_handover; see told().
    DocumentWriter m_writer{this};
    std::optional<HandedOver> m_writing; ///< told() of what is being written.
};

} // namespace bartizan
