// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/openfailurepage.h"

#include "ui/theme/format.h"
#include "ui/widgets/emptystate.h"

#include <QFileInfo>
#include <QPushButton>
#include <QVBoxLayout>

namespace bartizan {

OpenFailurePage::OpenFailurePage(QWidget *parent) : Page(tr("No database is open"), parent)
{
    m_state = new EmptyState(this);
    body()->addWidget(m_state, 1);
}

void OpenFailurePage::setFailure(const QString &path, const QString &reason, bool embedded, const QString &previous)
{
    setSubtitle(format::singleLine(path));
    m_state->setText(QStringLiteral("database"),
                     tr("“%1” could not be opened").arg(format::singleLine(QFileInfo(path).fileName())),
                     format::singleLine(reason) + QLatin1Char('\n') + format::singleLine(path) + QLatin1Char('\n')
                         + tr("Nothing was written to it."));
    m_state->clearButtons();
    const QFileInfo file(path);
    // A link that leads nowhere is not followed: something else was meant to be there.
    if (!path.isEmpty() && !file.exists() && !file.isSymLink() && QFileInfo(file.absolutePath()).isDir()) {
        QPushButton *create = m_state->addButton(tr("Create it"), QStringLiteral("plus"));
        create->setAccessibleDescription(tr("Makes a new, empty database in this place"));
        connect(create, &QPushButton::clicked, this, [this, path] { Q_EMIT createRequested(path); });
    }
    if (!previous.isEmpty()) {
        QPushButton *back = m_state->addButton(tr("Go back to %1").arg(QFileInfo(previous).fileName()));
        connect(back, &QPushButton::clicked, this, [this, previous] { Q_EMIT retryRequested(previous); });
    }
    QPushButton *another = m_state->addButton(tr("Open another…"), QStringLiteral("folder-open"));
    connect(another, &QPushButton::clicked, this, &OpenFailurePage::anotherRequested);
    if (!embedded) {
        QPushButton *use = m_state->addButton(tr("Use the embedded database"), QStringLiteral("database"));
        connect(use, &QPushButton::clicked, this, &OpenFailurePage::embeddedRequested);
    }
    QPushButton *retry = m_state->addButton(tr("Try again"), QStringLiteral("refresh-cw"));
    connect(retry, &QPushButton::clicked, this, [this, path] { Q_EMIT retryRequested(path); });
}

QString OpenFailurePage::reason() const
{
    return m_state->advice();
}

QWidget *OpenFailurePage::initialFocus()
{
    return m_state->firstButton();
}

} // namespace bartizan
