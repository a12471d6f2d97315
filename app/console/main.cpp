// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/arguments.h"
#include "app/console/screenshotrun.h"
#include "app/console/unixsignals.h"
#include "core/engine/session.h"
#include "core/secrets/keychainstore.h"
#include "ui/notices/alertnotices.h"
#include "ui/views/appearance.h"
#include "ui/views/heaptuning.h"
#include "ui/views/mainwindow.h"
#include "ui/views/translations.h"

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>

#include <cstdio>
#include <cstdlib>

namespace {

using namespace bartizan;

constexpr int kFailed = 1;
constexpr int kUnusable = 2;

void print(std::FILE *to, const QString &text)
{
    const QByteArray bytes = text.toLocal8Bit();
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), to);
}

/// What Qt tells where there is no session, which nobody misses: it has no folder, and no window to put in front.
bool isHarmless(const QString &message)
{
    return message.startsWith(QLatin1String("QStandardPaths: XDG_RUNTIME_DIR not set"))
        || message == QLatin1String("This plugin does not support raise()");
}

/// While the application object is made: Qt ends the process when the display cannot be reached; say so in one line.
void onMessageAtStart(QtMsgType type, const QMessageLogContext &, const QString &message)
{
    if (type == QtFatalMsg) {
        std::fputs("bartizan: the display cannot be reached. Check DISPLAY or WAYLAND_DISPLAY, or draw the pages into "
                   "files with --screenshot DIR.\n", stderr);
        std::_Exit(kFailed);
    }
    if (type != QtDebugMsg && type != QtInfoMsg && !message.contains(QLatin1String("qt.qpa")) && !isHarmless(message))
        std::fprintf(stderr, "%s\n", qPrintable(message));
}

QtMessageHandler usualHandler = nullptr;

/// While pictures are drawn.
void onMessageWhileDrawing(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    if (!isHarmless(message))
        usualHandler(type, context, message);
}

bool hasDisplay()
{
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY")
        || !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
}

QStringList argumentsOf(int argc, char **argv)
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    return arguments;
}

int runConsole(QApplication &application, const ConsoleArguments &arguments)
{
    Session session;
    Appearance appearance;
    KeychainStore keyring;
    MainWindow window(&session, &appearance, &keyring);
    AlertNotices notices(&session, window.context()->noticePreferences());
    QObject::connect(&notices, &AlertNotices::openRequested, &window, &MainWindow::showAlert);
    UnixSignals signals;
    QObject::connect(&signals, &UnixSignals::terminationRequested, &window, &MainWindow::closeAtOnce);
    window.show();
    window.openAtStart(arguments.database, arguments.demo);
    const int status = application.exec();
    session.close();
    return status;
}

int runScreenshots(QApplication &application, const ConsoleArguments &arguments)
{
    // A rendering leaves the user's own configuration alone.
    QTemporaryDir configuration;
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, configuration.path());
    Session session;
    Appearance appearance;
    MainWindow window(&session, &appearance);
    ScreenshotRun run(arguments, &session, &appearance, &window);
    QObject::connect(&run, &ScreenshotRun::finished, &application, &QCoreApplication::exit, Qt::QueuedConnection);
    if (const Result<void> started = run.start(); !started) {
        print(stderr, QStringLiteral("bartizan: ") + started.error().message + QLatin1Char('\n'));
        return kUnusable;
    }
    window.openAtStart(arguments.database, arguments.demo);
    const int status = application.exec();
    session.close();
    return status;
}

} // namespace

int main(int argc, char **argv)
{
    tuneHeap();
    const Result<ConsoleArguments> arguments = parseConsoleArguments(argumentsOf(argc, argv));
    if (!arguments) {
        print(stderr, QStringLiteral("bartizan: ") + arguments.error().message
                          + QStringLiteral("\nTry bartizan --help.\n"));
        return kUnusable;
    }
    if (arguments->action == ConsoleArguments::Action::ShowVersion) {
        print(stdout, QStringLiteral("bartizan ") + QStringLiteral(BARTIZAN_VERSION) + QLatin1Char('\n'));
        return EXIT_SUCCESS;
    }
    if (arguments->action == ConsoleArguments::Action::ShowHelp) {
        print(stdout, consoleHelp());
        return EXIT_SUCCESS;
    }
    if (!hasDisplay()) {
        if (arguments->action != ConsoleArguments::Action::Screenshot) {
            print(stderr, QStringLiteral("bartizan: there is no display (DISPLAY and WAYLAND_DISPLAY are empty). "
                                         "Use bartizanctl, or draw the pages into files with --screenshot DIR.\n"));
            return kFailed;
        }
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }

    QCoreApplication::setOrganizationName(QStringLiteral("bartizan"));
    QCoreApplication::setApplicationName(QStringLiteral("bartizan"));
    QCoreApplication::setApplicationVersion(QStringLiteral(BARTIZAN_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("bartizan"));
    const QtMessageHandler usual = qInstallMessageHandler(onMessageAtStart);
    QApplication application(argc, argv);
    qInstallMessageHandler(usual);
    installTranslations(application);
    if (arguments->action != ConsoleArguments::Action::Screenshot)
        return runConsole(application, *arguments);
    usualHandler = qInstallMessageHandler(onMessageWhileDrawing);
    const int status = runScreenshots(application, *arguments);
    qInstallMessageHandler(usualHandler);
    return status;
}
