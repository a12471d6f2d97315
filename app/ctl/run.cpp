// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/terminal.h"
#include "core/domain/backlog.h"
#include "core/engine/headless.h"
#include "core/ports/clock.h"

namespace bartizan::ctl {
namespace {

QString nameOf(EngineState state)
{
    switch (state) {
    case EngineState::Idle: return Text::tr("idle");
    case EngineState::Starting: return Text::tr("rebuilding its state");
    case EngineState::Running: return Text::tr("running");
    case EngineState::Behind: return Text::tr("working through a backlog");
    case EngineState::RunningElsewhere: return Text::tr("running elsewhere, waiting for its turn");
    case EngineState::ReadOnly: return Text::tr("the database cannot be written");
    case EngineState::Retrying: return Text::tr("failed, trying again");
    }
    return {};
}

/// Tells on standard error what the engine is doing: each change as a line of its own, progress on a terminal only.
class StatusTeller {
public:
    explicit StatusTeller(Terminal &terminal) : m_terminal(terminal) {}

    void operator()(const EngineStatus &status)
    {
        if (!m_told || status.state != m_state || status.detail != m_detail) {
            m_told = true;
            m_state = status.state;
            m_detail = status.detail;
            const QString line = Text::tr("Engine: %1").arg(nameOf(status.state));
            m_terminal.note(status.detail.isEmpty() ? line : line + QStringLiteral(" (%1)").arg(status.detail));
        }
        if (status.warning != m_warning) {
            m_warning = status.warning;
            if (!m_warning.isEmpty())
                m_terminal.note(Text::tr("Warning: %1").arg(m_warning));
        }
        if (status.backlog.isBound)
            m_terminal.progress(Text::tr("processed %1, to do: over %2").arg(status.processed).arg(status.backlog.count));
        else if (!status.backlog.isEmpty())
            m_terminal.progress(Text::tr("processed %1, to do %2").arg(status.processed).arg(status.backlog.count));
    }

private:
    Terminal &m_terminal;
    bool m_told = false;
    EngineState m_state = EngineState::Idle;
    QString m_detail;
    QString m_warning;
};

} // namespace

int runRun(const Invocation &invocation)
{
    ArgumentParser arguments(
        invocation, {},
        Text::tr("Runs the monitoring engine: follows the audit log and raises alerts, until SIGTERM or SIGINT ends it.\n"
                 "One engine runs on a database; a second one waits for its turn. Where a server is out of reach, or lets it\n"
                 "not in, it says so and tries again, less and less often. Ends with status 1 where it is ended while it\n"
                 "fails and tries again."));
    arguments.addFlag(QStringLiteral("once"),
                      Text::tr("work through what is there, then end; fails if an engine runs elsewhere"));
    if (const auto status = arguments.parse())
        return *status;
    HeadlessOptions options;
    options.path = databasePath(arguments);
    if (options.path.isEmpty())
        return kUnusable;
    options.once = arguments.isSet(QStringLiteral("once"));
    StatusTeller teller(invocation.terminal);
    options.status = [&teller](const EngineStatus &status) { teller(status); };
    const auto report = runEngine(options, SystemClock());
    if (!report) {
        const int status = failed(invocation, report.error());
        tellHowToMake(invocation, arguments, options.path);
        return status;
    }
    QString answer = Text::tr("Rows processed: %1").arg(report->processed);
    if (options.once)
        answer += Text::tr(", alerts raised: %1").arg(report->alerts);
    invocation.terminal.progress({});
    invocation.terminal.write(answer.toStdString() + '\n');
    if (!report->failure.isEmpty())
        return failed(invocation, Error{Text::tr("stopped while the engine was failing: %1").arg(report->failure)});
    if (options.once && report->stopped)
        return failed(invocation, Error{Text::tr("stopped before all was processed; the next run goes on from there")});
    return kDone;
}

} // namespace bartizan::ctl
