// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/securefile.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace bartizan;

namespace {

void put(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

QByteArray get(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// What happens to the target between create() and publish(): the moments an attacker has.
class SecureFileTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void appearsOnlyWhenPublished();
    void keepsAFileThatAppearedMeanwhile();
    void refusesALinkThatAppearedMeanwhile();
    void staysInItsFolder();
    void cleansUpAfterItsMove();
};

void SecureFileTest::appearsOnlyWhenPublished()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("a"));
    auto file = SecureFile::create(path, false);
    QVERIFY(file);
    QVERIFY(file->write("text"));
    QVERIFY(!QFile::exists(path));
    QVERIFY(file->publish());
    QCOMPARE(get(path), QByteArray("text"));
}

void SecureFileTest::keepsAFileThatAppearedMeanwhile()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("a"));
    {
        auto file = SecureFile::create(path, false);
        QVERIFY(file);
        put(path, "theirs");
        QVERIFY(!file->publish());
    }
    QCOMPARE(get(path), QByteArray("theirs"));
    QCOMPARE(QDir(dir.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).size(), 1);
}

void SecureFileTest::refusesALinkThatAppearedMeanwhile()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("a"));
    const QString target = dir.filePath(QStringLiteral("target"));
    put(target, "precious");
    auto file = SecureFile::create(path, true);
    QVERIFY(file);
    QVERIFY(file->write("text"));
    QCOMPARE(::symlink(qPrintable(target), qPrintable(path)), 0);
    QVERIFY(!file->publish());
    QCOMPARE(get(target), QByteArray("precious"));
}

void SecureFileTest::staysInItsFolder()
{
    // The folder is renamed and another one put in its place: the file still goes where it was asked for.
    const QTemporaryDir dir;
    QVERIFY(QDir(dir.path()).mkdir(QStringLiteral("folder")));
    auto file = SecureFile::create(dir.filePath(QStringLiteral("folder/a")), false);
    QVERIFY(file);
    QVERIFY(QDir(dir.path()).rename(QStringLiteral("folder"), QStringLiteral("moved")));
    QVERIFY(QDir(dir.path()).mkdir(QStringLiteral("folder")));
    QVERIFY(file->publish());
    QVERIFY(QFile::exists(dir.filePath(QStringLiteral("moved/a"))));
    QVERIFY(!QFile::exists(dir.filePath(QStringLiteral("folder/a"))));
}

void SecureFileTest::cleansUpAfterItsMove()
{
    const QTemporaryDir dir;
    {
        auto file = SecureFile::create(dir.filePath(QStringLiteral("a")), false);
        QVERIFY(file);
        const SecureFile moved = std::move(*file);
        QVERIFY(!QDir(dir.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    }
    QVERIFY(QDir(dir.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
}

QTEST_GUILESS_MAIN(SecureFileTest)
#include "tst_securefile.moc"
