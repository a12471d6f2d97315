// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

namespace bartizan::test {

/// How a call of bartizanctl ended.
struct Outcome {
    int status = -1; ///< -1: it crashed, or did not end in time.
    QByteArray out;
    QByteArray err;

    QJsonDocument json() const { return QJsonDocument::fromJson(out); }
    /// For messages of failed checks.
    QByteArray told() const { return "status " + QByteArray::number(status) + "\n--- out\n" + out + "--- err\n" + err; }
};

/// The words of a command's line.
inline QStringList words(const char *line)
{
    return QString::fromUtf8(line).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

/// Calls of the real bartizanctl in a folder of their own, with a user's data folder of their own.
class Ctl {
public:
    /// A path within the folder.
    QString path(const QString &name) const { return m_dir.filePath(name); }
    /// The database that run() speaks of.
    QString database() const { return path(QStringLiteral("test.db")); }

    /// Writes a file into the folder, and answers its path.
    QString put(const QString &name, const QByteArray &text) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }

    /// Runs with --db database().
    Outcome run(const QStringList &arguments, const QByteArray &input = {}) const
    {
        return runBare(QStringList{QStringLiteral("--db"), database()} + arguments, input);
    }
    /// Runs with exactly these arguments, and `extra` environment variables.
    Outcome runBare(const QStringList &arguments, const QByteArray &input = {},
                    const QHash<QString, QString> &extra = {}) const
    {
        QProcess process;
        process.setProcessEnvironment(environment(extra));
        process.setWorkingDirectory(m_dir.path());
        process.start(program(), arguments);
        process.write(input);
        process.closeWriteChannel();
        Outcome outcome;
        if (process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit)
            outcome.status = process.exitCode();
        outcome.out = process.readAllStandardOutput();
        outcome.err = process.readAllStandardError();
        return outcome;
    }
    /// Runs a line of /bin/sh; $CTL is the program with its database.
    Outcome shell(const QString &line) const
    {
        QProcess process;
        process.setProcessEnvironment(
            environment({{QStringLiteral("CTL"), program() + QStringLiteral(" --db ") + database()}}));
        process.setWorkingDirectory(m_dir.path());
        process.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), line});
        Outcome outcome;
        if (process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit)
            outcome.status = process.exitCode();
        outcome.out = process.readAllStandardOutput();
        outcome.err = process.readAllStandardError();
        return outcome;
    }

    static QString program() { return QStringLiteral(BARTIZAN_BIN_DIR "/bartizanctl"); }

private:
    QProcessEnvironment environment(const QHash<QString, QString> &extra) const
    {
        QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
        variables.remove(QStringLiteral("BARTIZAN_DB"));
        variables.insert(QStringLiteral("XDG_DATA_HOME"), path(QStringLiteral("data")));
        for (auto it = extra.begin(); it != extra.end(); ++it)
            variables.insert(it.key(), it.value());
        return variables;
    }

    QTemporaryDir m_dir;
};

} // namespace bartizan::test
