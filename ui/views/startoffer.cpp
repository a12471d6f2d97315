// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/startoffer.h"

#include "ui/views/consolecontext.h"
#include "ui/widgets/emptystate.h"

#include <QCoreApplication>
#include <QPushButton>

namespace bartizan {
namespace {

struct StartOffer {
    Q_DECLARE_TR_FUNCTIONS(bartizan::StartOffer)
};

} // namespace

void addStartOffer(EmptyState &state, ConsoleContext &context)
{
    const auto offer = [&](const QString &text, const QString &icon, auto open) {
        QObject::connect(state.addButton(text, icon), &QAbstractButton::clicked, &context, open);
    };
    offer(StartOffer::tr("Import a file…"), QStringLiteral("file-up"), &ConsoleContext::importLog);
    offer(StartOffer::tr("Open a database…"), QStringLiteral("database"), &ConsoleContext::openDatabase);
    offer(StartOffer::tr("Open the demo data"), QStringLiteral("flask-conical"), &ConsoleContext::openDemo);
    state.addFact(StartOffer::tr("File"), StartOffer::tr("NDJSON, CSV, an OpenSSH log or the journal"));
    state.addFact(StartOffer::tr("Database"), StartOffer::tr("SQLite file or PostgreSQL server"));
    state.addFact(StartOffer::tr("Demo data"), StartOffer::tr("invented, kept apart from yours"));
}

} // namespace bartizan
