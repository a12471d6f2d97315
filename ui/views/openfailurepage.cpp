// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/openfailurepage.h"

#include "core/engine/databaseaddress.h"
#include "ui/theme/format.h"
#include "ui/widgets/emptystate.h"

#include <QFileInfo>
#include <QPushButton>
#include <QVBoxLayout>

namespace bartizan {
namespace {

/// A file's name, or where a database on a server is; never the URL that a person cannot read at a glance.
QString nameOf(const QString &path)
{
    if (!ConnectionProfile::isUrl(path))
        return QFileInfo(path).fileName();
    const auto profile = ConnectionProfile::fromUrl(path);
    return profile ? profile->inWords() : OpenFailurePage::tr("the database on the server");
}

} // namespace

OpenFailurePage::OpenFailurePage(QWidget *parent) : Page(tr("No database is open"), parent)
{
    m_state = new EmptyState(this);
    body()->addWidget(m_state, 1);
}

void OpenFailurePage::setFailure(const QString &path, const QString &reason, bool embedded, const QString &previous)
{
    setSubtitle(format::singleLine(path));
    QString advice = format::singleLine(reason);
    if (!reason.contains(path))
        advice += QLatin1Char('\n') + format::singleLine(path);
    m_state->setText(QStringLiteral("database"), tr("“%1” could not be opened").arg(format::singleLine(nameOf(path))),
                     advice + QLatin1Char('\n') + tr("Nothing was written to it."));
    m_state->clearButtons();
    offerMore(path, reason);
    if (!previous.isEmpty()) {
        QPushButton *back = m_state->addButton(tr("Go back to %1").arg(nameOf(previous)));
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

/// What is likeliest to help.
void OpenFailurePage::offerMore(const QString &path, const QString &reason)
{
    if (ConnectionProfile::isUrl(path)) {
        if (!ConnectionProfile::fromUrl(path))
            return; // There is nothing to fill a form with.
        QPushButton *mend = m_state->addButton(tr("Password and connection…"), QStringLiteral("database"));
        connect(mend, &QPushButton::clicked, this, [this, path, reason] { Q_EMIT mendRequested(path, reason); });
        return;
    }
    const QFileInfo file(path);
    // A link that leads nowhere is not followed: something else was meant to be there.
    if (!path.isEmpty() && !file.exists() && !file.isSymLink() && QFileInfo(file.absolutePath()).isDir()) {
        QPushButton *create = m_state->addButton(tr("Create it"), QStringLiteral("plus"));
        create->setAccessibleDescription(tr("Makes a new, empty database in this place"));
        connect(create, &QPushButton::clicked, this, [this, path] { Q_EMIT createRequested(path); });
    }
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
