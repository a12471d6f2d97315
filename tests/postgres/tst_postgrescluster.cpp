// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/postgres/postgrescluster.h"

#include <QTest>

using bartizan::test::PostgresCluster;

/// The server that other tests rest on.
class TestPostgresCluster : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { SKIP_WITHOUT_POSTGRES(); }
    void makesStopsAndStarts();
    void asksForPasswordsOverTcp();
    void outlivesACrash();
};

void TestPostgresCluster::makesStopsAndStarts()
{
    PostgresCluster cluster;
    const QString first = cluster.makeDatabase();
    const QString second = cluster.makeDatabase();
    QVERIFY(first != second);
    QCOMPARE(cluster.sql(first, QStringLiteral("CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1,'x'),(2,'y');"
                                               "SELECT * FROM t ORDER BY a")),
             QByteArray("1|x\n2|y"));
    QCOMPARE(cluster.sql(first, QStringLiteral("SELECT current_setting('server_version_num')::int / 10000")), QByteArray("15"));
    QCOMPARE(cluster.sql(first, QStringLiteral("SHOW fsync")), QByteArray("off"));
    cluster.stop();
    QVERIFY(!cluster.running());
    cluster.start();
    QCOMPARE(cluster.sql(first, QStringLiteral("SELECT count(*) FROM t")), QByteArray("2"));
    bool ok = true;
    const QByteArray error = cluster.trySql(second, QStringLiteral("SELECT * FROM t"), QStringLiteral("postgres"), &ok);
    QVERIFY(!ok);
    QVERIFY2(error.startsWith("42P01"), error.constData());
}

void TestPostgresCluster::asksForPasswordsOverTcp()
{
    const PostgresCluster cluster;
    QVERIFY(cluster.tcpUrl(QStringLiteral("d"), QStringLiteral("u")).contains(QString::number(cluster.port())));
    QCOMPARE(cluster.sql(QStringLiteral("postgres"),
                         QStringLiteral("SELECT string_agg(auth_method, ',' ORDER BY line_number) FROM pg_hba_file_rules")),
             QByteArray("trust,trust,scram-sha-256"));
}

void TestPostgresCluster::outlivesACrash()
{
    PostgresCluster cluster({true, false, {QStringLiteral("statement_timeout=7s")}});
    const QString database = cluster.makeDatabase();
    QCOMPARE(cluster.sql(database, QStringLiteral("SHOW fsync")), QByteArray("on"));
    QCOMPARE(cluster.sql(database, QStringLiteral("SHOW statement_timeout")), QByteArray("7s"));
    cluster.sql(database, QStringLiteral("CREATE TABLE t (a int); INSERT INTO t VALUES (1)"));
    cluster.crash();
    cluster.start();
    QCOMPARE(cluster.sql(database, QStringLiteral("SELECT a FROM t")), QByteArray("1"));
}

QTEST_GUILESS_MAIN(TestPostgresCluster)
#include "tst_postgrescluster.moc"
