// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "tests/postgres/postgrescluster.h"
#include "tests/storage/storetesting.h"

#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace bartizan;
using bartizan::test::PostgresCluster;

/// What Citus asks of the schema before packaging/postgresql/citus.sql can spread it, as the catalogue of a database of
/// ours tells it. Citus itself is not needed.
class TestCitus : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_cluster.reset(); }

    void placesEveryTable();
    void hasTheDistributionColumnInEveryKey();
    void refersToNoDistributedTable();

private:
    QStringList lines(const QString &query) const
    {
        const QString answer = QString::fromUtf8(m_cluster->sql(m_database, query));
        return answer.isEmpty() ? QStringList() : answer.split(QLatin1Char('\n'));
    }

    std::unique_ptr<PostgresCluster> m_cluster;
    QString m_database;
    QString m_script;
    QSet<QString> m_references;            ///< Tables that are copied to every server.
    QMap<QString, QString> m_distributed;  ///< The others, with the column that they are spread by.
};

void TestCitus::initTestCase()
{
    SKIP_WITHOUT_POSTGRES();
    QFile file(QStringLiteral(BARTIZAN_CITUS_SQL));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_script = QString::fromUtf8(file.readAll());
    static const QRegularExpression list(QStringLiteral("unnest\\(ARRAY\\[([^\\]]*)\\]"));
    static const QRegularExpression word(QStringLiteral("'(\\w+)'"));
    for (auto names = word.globalMatch(list.match(m_script).captured(1)); names.hasNext();)
        m_references.insert(names.next().captured(1));
    static const QRegularExpression distributed(
        QStringLiteral("create_distributed_table\\('bartizan\\.(\\w+)', '(\\w+)'\\)"));
    for (auto found = distributed.globalMatch(m_script); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        m_distributed.insert(match.captured(1), match.captured(2));
    }
    QVERIFY(!m_references.isEmpty());
    QVERIFY(m_distributed.contains(QStringLiteral("audit")));
    m_cluster = std::make_unique<PostgresCluster>();
    m_database = m_cluster->makeDatabase();
    const auto store = openStore(m_cluster->url(m_database), {.mode = StoreOptions::Mode::Create});
    VERIFY_OK(store);
    VERIFY_OK(appendRows(**store, {failedLogin(kNoon)})); // With a month of its own.
}

/// A table that stays on the coordinator alone could not be joined with the others.
void TestCitus::placesEveryTable()
{
    const QStringList tables = lines(QStringLiteral("SELECT relname FROM pg_class WHERE relnamespace = 'bartizan'::regnamespace "
                                                    "AND relkind IN ('r', 'p') AND NOT relispartition"));
    QVERIFY(tables.size() > 20);
    for (const QString &table : tables) {
        QVERIFY2(m_references.contains(table) != m_distributed.contains(table),
                 qPrintable(QStringLiteral("%1 is not named, or named twice, in citus.sql").arg(table)));
    }
    QCOMPARE(m_references.size() + m_distributed.size(), tables.size()); // And no other ones are named.
}

void TestCitus::hasTheDistributionColumnInEveryKey()
{
    for (auto table = m_distributed.cbegin(); table != m_distributed.cend(); ++table) {
        const QStringList keys = lines(
            QStringLiteral("SELECT i.indexrelid::regclass::text, '%2' = ANY (SELECT a.attname FROM pg_attribute AS a "
                           "WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)), "
                           "(SELECT attnotnull FROM pg_attribute WHERE attrelid = i.indrelid AND attname = '%2') "
                           "FROM pg_index AS i WHERE (i.indisunique OR i.indisexclusion) AND i.indrelid IN "
                           "(SELECT relid FROM pg_partition_tree('bartizan.%1'))")
                .arg(table.key(), table.value()));
        QVERIFY(keys.size() >= 3); // Of the table, of what has no month, and of the month.
        for (const QString &key : keys)
            QVERIFY2(key.endsWith(QLatin1String("|t|t")), qPrintable(key));
        const QStringList constraints = lines(
            QStringLiteral("SELECT c.conname, '%2' = ANY (SELECT a.attname FROM pg_attribute AS a "
                           "WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)) FROM pg_constraint AS c "
                           "WHERE c.contype IN ('p', 'u', 'x') AND c.conrelid IN "
                           "(SELECT relid FROM pg_partition_tree('bartizan.%1'))")
                .arg(table.key(), table.value()));
        QVERIFY(!constraints.isEmpty());
        for (const QString &constraint : constraints)
            QVERIFY2(constraint.endsWith(QLatin1String("|t")), qPrintable(constraint));
    }
}

/// Keys from a table that is copied everywhere into one that is spread cannot be kept; nor triggers for each row of one.
void TestCitus::refersToNoDistributedTable()
{
    for (auto table = m_distributed.cbegin(); table != m_distributed.cend(); ++table) {
        QCOMPARE(lines(QStringLiteral("SELECT conname FROM pg_constraint WHERE contype = 'f' "
                                      "AND 'bartizan.%1'::regclass IN (confrelid, conrelid)")
                           .arg(table.key())),
                 QStringList());
        const QStringList triggers = lines(QStringLiteral("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal "
                                                          "AND tgrelid = 'bartizan.%1'::regclass")
                                               .arg(table.key()));
        for (const QString &trigger : triggers)
            QVERIFY2(m_script.contains(QStringLiteral("DROP TRIGGER IF EXISTS %1 ON bartizan.%2;").arg(trigger, table.key())),
                     qPrintable(trigger));
    }
}

QTEST_GUILESS_MAIN(TestCitus)
#include "tst_citus.moc"
