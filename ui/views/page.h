// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QWidget>

#include <string>
#include <vector>

class QAction;
class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace bartizan {

/// A page of the console: a header of 44 pixels (title, a muted subtitle, tools at the right), a hairline, and the
/// body, which touches the edges. Thread: GUI.
class Page : public QWidget {
    Q_OBJECT
public:
    explicit Page(const QString &title, QWidget *parent = nullptr);

    QString title() const;

    /// Called each time the page is shown; a page that was hidden brings itself up to date here.
    virtual void activate() {}
    /// Where the keyboard focus goes when the page is shown; null: the page itself.
    virtual QWidget *initialFocus() { return nullptr; }
    /// Takes the text of the top bar's search, when it is entered while the page is shown.
    virtual void search(const QString &text) { Q_UNUSED(text) }
    /// What of the page's filter the top bar's search stands for; searchTextChanged() tells when it is another.
    virtual QString searchText() const { return {}; }
    /// Enter in the search: the first hit takes the focus, once it is there; without one the focus stays where it is.
    virtual void goToFirstHit();
    /// Somebody types on in the search, or has left the page: the focus stays where it is, whatever is found.
    virtual void forgetFirstHit() {}
    /// Whether the page still waits for data it has asked for. A rendering without a person (see `--screenshot`)
    /// waits until no page does.
    virtual bool isLoading() const { return false; }
    /// Whether there are edits that leaving the database would lose; discardEdits() throws them away.
    virtual bool hasEdits() const { return false; }
    virtual void discardEdits() {}
    /// What can be done on the page beside what can be done everywhere: the menu and the palette offer it.
    virtual QList<QAction *> commands() const { return {}; }
    /// The address that the current row is about; empty: none. What "Look up" begins with.
    virtual QString currentAddress() const { return {}; }
    /// Exports what the page shows, where it is something else than alerts; null: alerts.
    virtual QAction *exportAction() const { return nullptr; }

Q_SIGNALS:
    /// The page's filter was changed otherwise than by the search.
    void searchTextChanged();

protected:
    /// The muted text beside the title; plain text.
    void setSubtitle(const QString &text);
    /// Where a page puts its buttons, at the right of the header.
    QHBoxLayout *headerTools() const { return m_tools; }
    /// Where a page puts its content: no margins, no spacing.
    QVBoxLayout *body() const { return m_body; }

private:
    QLabel *m_title;
    QLabel *m_subtitle;
    QHBoxLayout *m_tools;
    QVBoxLayout *m_body;
};

} // namespace bartizan
