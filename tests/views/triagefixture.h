// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/views/alertspagefixture.h"
#include "ui/views/triagedialog.h"

#include <QAction>
#include <QPlainTextEdit>

#include <algorithm>

/// Triage on an alerts page: what is asked, what is selected, what became of it.
namespace bartizan::fixtures {

/// The question that stands open; null: none.
inline TriageDialog *dialogOf(AlertsPage &page)
{
    const auto dialogs = page.findChildren<TriageDialog *>();
    for (TriageDialog *dialog : dialogs) {
        if (!dialog->isVisible())
            continue;
        QApplication::setActiveWindow(dialog);
        return dialog;
    }
    return nullptr;
}

/// Types into the question that stands open, and answers it.
inline void answer(AlertsPage &page, const QString &comment)
{
    TriageDialog *dialog = dialogOf(page);
    QVERIFY(dialog);
    dialog->commentEdit()->setFocus();
    QTest::keyClicks(dialog->commentEdit(), comment);
    QTest::keyClick(dialog->commentEdit(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!dialogOf(page), kPatience);
}

/// The command of the page that is called `text`; ends the process where there is none.
inline QAction *commandOf(const AlertsPage &page, const QString &text)
{
    const QList<QAction *> commands = page.commands();
    const auto found = std::find_if(commands.begin(), commands.end(), [&](const QAction *action) { return action->text() == text; });
    if (found == commands.end())
        qFatal("there is no command %s", qPrintable(text));
    return *found;
}

inline SecurityAlert stored(ViewFixture &f, int number)
{
    const auto found = f.store().alert(idOf(number));
    return found && *found ? **found : SecurityAlert();
}

/// As a window manager does when a dialog has gone.
inline void activate(AlertsPage &page)
{
    QApplication::setActiveWindow(&page);
    page.table()->setFocus();
}

inline void select(AlertsPage &page, int row)
{
    activate(page);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, row));
}

} // namespace bartizan::fixtures
