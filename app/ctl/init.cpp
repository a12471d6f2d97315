// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/terminal.h"

namespace bartizan::ctl {

int runInit(const Invocation &invocation)
{
    ArgumentParser arguments(invocation, {},
                             Text::tr("Makes the database if there is none, and brings an older one's schema up to date.\n"
                                      "What it holds stays. A database of a newer schema is left alone."));
    if (const auto status = arguments.parse())
        return *status;
    const Database database = openDatabase(invocation, arguments, StoreOptions::Mode::Create);
    if (!database.store)
        return database.status;
    if (const QString reason = database.store->readOnlyReason(); !reason.isEmpty())
        return failed(invocation, Error{reason});
    invocation.terminal.write(printable(Text::tr("%1 is ready").arg(database.path).toStdString()) + '\n');
    return kDone;
}

} // namespace bartizan::ctl
