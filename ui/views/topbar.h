// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/consolecontext.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QLineEdit;
class QMenu;
class QPushButton;
class QTimer;
class QToolButton;

namespace bartizan {

class ElidedLabel;
class SegmentedControl;
class StatusGlyph;

/// The bar above the pages: range, company, zone, live or paused, connection, search, menu. What is chosen goes into
/// the context at once; what the context is told elsewhere is shown here. Thread: GUI.
class TopBar : public QWidget {
    Q_OBJECT
public:
    explicit TopBar(ConsoleContext *context, QWidget *parent = nullptr);

    void setMenu(QMenu *menu);
    /// Opens the menu under its button.
    void openMenu();
    /// The companies to choose from; the chosen one stays, even where it has no rows yet.
    void setCompanies(const std::vector<std::string> &companies);
    /// Which database is open; null: none.
    void setDatabase(const DatabaseInfo *database);
    /// What may be done in the open database is another than before.
    void setAccess(const DatabaseInfo &database);
    /// Why the open database is out of reach; empty: it is not.
    void setInterruption(const QString &reason);
    /// Fits the bar to the width of the window: search and source give way first.
    void setWindowWidth(int width);

    /// Whether the page that is shown goes by the range.
    void setRangeUsed(bool used);

    QLineEdit *searchField() const { return m_search; }
    /// Takes the focus and selects what stands in the search.
    void focusSearch();
    /// Sets what stands in the search without telling anybody.
    void setSearch(const QString &text);

Q_SIGNALS:
    /// The text of the search, a moment after typing or at once by Enter (`entered`).
    void searchRequested(const QString &text, bool entered);
    /// Somebody types in the search.
    void searchEdited();
    /// "Custom…" was chosen.
    void customRangeRequested();
    /// Escape in the search: back to the page.
    void searchLeft();

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void addRange();
    void addCompanyAndZone();
    void addLive();
    void addConnection();
    void addSearch();
    void enterSearch();
    QString rangeTip(RangeChoice::Kind kind) const;
    void showRangeTips();
    void showRange();
    void showZone();
    void showPaused();
    void showConnection();
    void showCompany();

    ConsoleContext *m_context;
    SegmentedControl *m_range = nullptr;
    QComboBox *m_company = nullptr;
    QComboBox *m_zone = nullptr;
    QPushButton *m_live = nullptr;
    std::optional<DatabaseInfo> m_database;
    QString m_interruption;
    StatusGlyph *m_glyph = nullptr;
    ElidedLabel *m_state = nullptr;
    ElidedLabel *m_source = nullptr;
    QLineEdit *m_search = nullptr;
    QTimer *m_typing = nullptr; ///< What is typed is searched for after it.
    QWidget *m_searchKey = nullptr;
    QToolButton *m_menu = nullptr;
    QMenu *m_commands = nullptr;
};

} // namespace bartizan
