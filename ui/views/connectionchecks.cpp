// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/connectionchecks.h"

#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/labels.h"
#include "ui/widgets/statusglyph.h"

#include <QGridLayout>

namespace bartizan {
namespace {

constexpr int kNameWidth = 92;
constexpr int kStateWidth = 84;

using State = ConnectionCheck::State;

StatusKind kindOf(State state)
{
    switch (state) {
    case State::Good: return StatusKind::Connected;
    case State::Weak: return StatusKind::Behind;
    case State::Bad: return StatusKind::Failed;
    case State::NotReached: break;
    }
    return StatusKind::NoSource;
}

QString wordOf(State state)
{
    switch (state) {
    case State::Good: return ConnectionChecks::tr("in order");
    case State::Weak: return ConnectionChecks::tr("weak");
    case State::Bad: return ConnectionChecks::tr("wrong");
    case State::NotReached: break;
    }
    return ConnectionChecks::tr("not tried");
}

QString passwordAdvice(const ConnectionReport &report)
{
    return report.wantsPassword ? ConnectionChecks::tr("Enter it above, or put it into the password file (PGPASSFILE).")
                                : ConnectionChecks::tr("Check user, password and database; whether the server lets this "
                                                       "user in from here is in its pg_hba.conf.");
}

QString tlsAdvice(const ConnectionReport &report)
{
    return report.withoutTls
        ? ConnectionChecks::tr("Turn TLS on at the server (ssl = on in its postgresql.conf), or choose another encryption above.")
        : ConnectionChecks::tr("Name the authority's certificate as root certificate, and the server as its certificate does.");
}

QString schemaAdvice(const ConnectionReport &report)
{
    if (report.mayMakeSchema)
        return {}; // The dialog offers it.
    return ConnectionChecks::tr("Ask the database's owner; “bartizanctl init” makes the schema.");
}

} // namespace

ConnectionChecks::ConnectionChecks(QWidget *parent) : QWidget(parent)
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(measure::kControlGap);
    grid->setVerticalSpacing(measure::kGrid);
    grid->setColumnMinimumWidth(1, kNameWidth);
    grid->setColumnMinimumWidth(2, kStateWidth);
    grid->setColumnStretch(3, 1);
    m_host = addLine(QStringLiteral("check.host"), tr("Server"));
    m_tls = addLine(QStringLiteral("check.tls"), tr("Encryption"));
    m_password = addLine(QStringLiteral("check.password"), tr("Password"));
    m_schema = addLine(QStringLiteral("check.schema"), tr("Schema"));
    m_privileges = addLine(QStringLiteral("check.privileges"), tr("Privileges"));
    m_auditLog = addLine(QStringLiteral("check.auditLog"), tr("Audit log"));
    grid->setRowStretch(grid->rowCount(), 1);
    clear();
}

ConnectionChecks::Line ConnectionChecks::addLine(const QString &objectName, const QString &name)
{
    auto *grid = static_cast<QGridLayout *>(layout());
    const int row = grid->rowCount();
    Line line{new StatusGlyph(StatusKind::NoSource, this), mutedLabel({}, this), plainLabel({}, this)};
    line.text->setWordWrap(true);
    line.text->setObjectName(objectName);
    line.text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    grid->addWidget(line.glyph, row, 0, Qt::AlignTop);
    grid->addWidget(plainLabel(name, this), row, 1, Qt::AlignTop);
    grid->addWidget(line.state, row, 2, Qt::AlignTop);
    grid->addWidget(line.text, row, 3, Qt::AlignTop);
    line.text->setProperty("subject", name);
    return line;
}

void ConnectionChecks::showCheck(const Line &line, const ConnectionCheck &check, const QString &advice)
{
    line.glyph->setKind(kindOf(check.state));
    line.state->setText(wordOf(check.state));
    const QString found = format::singleLine(check.text);
    const bool act = check.state == State::Bad && !advice.isEmpty();
    const bool ended = found.endsWith(QLatin1Char('.')) || found.endsWith(QLatin1Char('?'));
    line.text->setText(!act ? found : found + (ended ? QStringLiteral(" ") : QStringLiteral(". ")) + advice);
    line.text->setAccessibleName(tr("%1: %2. %3").arg(line.text->property("subject").toString(), line.state->text(),
                                                      line.text->text()));
}

void ConnectionChecks::setReport(const DatabaseReport &report)
{
    const ConnectionReport &found = report.connection;
    showCheck(m_host, found.host, tr("Check name, port and firewall, and whether the server runs."));
    showCheck(m_tls, found.tls, tlsAdvice(found));
    showCheck(m_password, found.password, passwordAdvice(found));
    showCheck(m_schema, found.schema, schemaAdvice(found));
    showCheck(m_privileges, found.privileges, tr("Ask the database's owner for a role that may read Bartizan's schema."));
    showCheck(m_auditLog, report.auditLog, tr("Ask the database's owner."));
}

void ConnectionChecks::clear()
{
    setReport({});
}

} // namespace bartizan
