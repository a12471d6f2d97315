// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/jsontreemodel.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace bartizan;

namespace {

struct Fixture {
    JsonTreeModel model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};

    // The tester would fetch while it is still being told of a reset, and then complain of its own doing.
    Fixture() { tester.setUseFetchMore(false); }

    void show(const std::string &text)
    {
        const ParsedJson parsed = parseJson(text);
        QVERIFY2(parsed.error.isEmpty(), qPrintable(parsed.error));
        model.setValue(parsed.value);
        fetchAll({});
    }
    void fetchAll(const QModelIndex &parent)
    {
        while (model.canFetchMore(parent))
            model.fetchMore(parent);
    }
    QString value(int row, const QModelIndex &parent = {}) const
    {
        return model.index(row, JsonTreeModel::ValueColumn, parent).data().toString();
    }
    QString key(int row, const QModelIndex &parent = {}) const
    {
        return model.index(row, JsonTreeModel::KeyColumn, parent).data().toString();
    }
};

} // namespace

class TestJsonTreeModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsKeysAndValues();
    void copiesWholeValues();
    void aListOfAMillionOpensInBatches();
    void hugeStringsAreCutOnScreenOnly();
    void hostileKeysStayOnOneLine();
    void invalidTextSaysWhere();
};

void TestJsonTreeModel::showsKeysAndValues()
{
    Fixture f;
    f.show(R"({"attack":["T1110.003"],"count":11,"none":null,"object":{"a":true,"b":1.5},"rule":"enumeration"})");
    QCOMPARE(f.model.rowCount(), 5);
    QCOMPARE(f.key(0), QStringLiteral("attack"));
    QCOMPARE(f.value(0), QStringLiteral("[1]"));
    QCOMPARE(f.value(1), QStringLiteral("11"));
    QCOMPARE(f.value(2), QStringLiteral("null"));
    QCOMPARE(f.value(3), QStringLiteral("{2}"));
    QCOMPARE(f.value(4), QStringLiteral("\"enumeration\""));
    const QModelIndex object = f.model.index(3, 0);
    QVERIFY(f.model.hasChildren(object));
    f.fetchAll(object);
    QCOMPARE(f.key(1, object), QStringLiteral("b"));
    QCOMPARE(f.value(1, object), QStringLiteral("1.5"));
    QVERIFY(!f.model.hasChildren(f.model.index(1, 0)));
}

void TestJsonTreeModel::copiesWholeValues()
{
    Fixture f;
    f.show(R"({"list":[1,{"a":"b"}],"text":"a \"quoted\" word"})");
    QCOMPARE(f.model.jsonAt(f.model.index(0, 0)), QStringLiteral("[1,{\"a\":\"b\"}]"));
    QCOMPARE(f.model.textAt(f.model.index(1, 1)), QStringLiteral("a \"quoted\" word"));
    QCOMPARE(f.model.jsonAt(f.model.index(1, 1)), QStringLiteral("\"a \\\"quoted\\\" word\""));
}

void TestJsonTreeModel::aListOfAMillionOpensInBatches()
{
    std::string text = "{\"list\":[";
    for (int i = 0; i < 1'000'000; ++i)
        text += i ? ",1" : "1";
    text += "]}";
    JsonTreeModel model;
    model.setValue(parseJson(text).value);
    const QModelIndex list = model.index(0, 0);
    QCOMPARE(model.rowCount(list), 0);
    model.fetchMore(list);
    QCOMPARE(model.rowCount(list), int(JsonTreeModel::kBatch));
    QVERIFY(model.canFetchMore(list));
    QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("[1000000]"));
}

void TestJsonTreeModel::hugeStringsAreCutOnScreenOnly()
{
    Fixture f;
    f.show("{\"big\":\"" + std::string(10'000'000, 'z') + "\"}");
    QVERIFY(f.value(0).size() < 600);
    QVERIFY(f.value(0).endsWith(QChar(0x2026)));
    QCOMPARE(f.model.textAt(f.model.index(0, 1)).size(), 10'000'000);
}

void TestJsonTreeModel::hostileKeysStayOnOneLine()
{
    Fixture f;
    f.show("{\"<b>\\u202ekey\\n\\u0000\":\"<i>v</i>\\u2028\"}");
    QVERIFY(f.key(0).startsWith(QLatin1String("<b>")));
    QVERIFY(!f.key(0).contains(QChar(0x202e)) && !f.key(0).contains(QLatin1Char('\n')) && !f.key(0).contains(QChar(0)));
    const QString tip = f.model.index(0, 1).data(Qt::ToolTipRole).toString();
    QVERIFY(!tip.contains(QLatin1String("<i>")) && tip.contains(QLatin1String("&lt;i&gt;")));
}

void TestJsonTreeModel::invalidTextSaysWhere()
{
    QVERIFY(parseJson("{\"a\":}").error.contains(QLatin1String("at byte")));
    QVERIFY(!parseJson(std::string(5000, '[')).error.isEmpty()); // Too deep to take apart, and no crash.
    QVERIFY(parseJson("").error.isEmpty());
}

QTEST_GUILESS_MAIN(TestJsonTreeModel)
#include "tst_jsontreemodel.moc"
