// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replayinput.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace bartizan;

namespace {

const QString kFolder = QStringLiteral(BARTIZAN_TEST_DATA "/vectors/");

/// Where two JSON values differ, as a path and both values; nothing when they do not.
QStringList differences(const QString &path, const QJsonValue &actual, const QJsonValue &expected)
{
    if (actual == expected)
        return {};
    QStringList result;
    if (actual.isObject() && expected.isObject()) {
        const QJsonObject a = actual.toObject();
        const QJsonObject e = expected.toObject();
        QStringList keys = a.keys();
        for (const QString &key : e.keys()) {
            if (!keys.contains(key))
                keys.append(key);
        }
        for (const QString &key : keys)
            result += differences(path + QLatin1Char('.') + key, a.value(key), e.value(key));
    } else if (actual.isArray() && expected.isArray() && actual.toArray().size() == expected.toArray().size()) {
        const QJsonArray a = actual.toArray();
        const QJsonArray e = expected.toArray();
        for (qsizetype i = 0; i < a.size(); ++i)
            result += differences(path + QStringLiteral("[%1]").arg(i), a.at(i), e.at(i));
    } else {
        const auto shown = [](const QJsonValue &value) {
            QJsonArray wrapped{value};
            return QString::fromUtf8(QJsonDocument(wrapped).toJson(QJsonDocument::Compact).left(400));
        };
        result.append(path + QLatin1String(": ") + shown(actual) + QLatin1String(" instead of ") + shown(expected));
    }
    return result;
}

/// The document without what spec/cli.md says is not law.
QJsonObject lawOf(QJsonObject document)
{
    document.remove(QLatin1String("csv"));
    document.remove(QLatin1String("run"));
    QJsonArray queries = document.value(QLatin1String("queries")).toArray();
    for (qsizetype i = 0; i < queries.size(); ++i) {
        QJsonObject query = queries.at(i).toObject();
        if (query.contains(QLatin1String("csv")))
            query.insert(QLatin1String("csv"), true); // That there is one, is.
        queries.replace(i, query);
    }
    document.insert(QLatin1String("queries"), queries);
    QJsonObject anomalies = document.value(QLatin1String("anomalies")).toObject();
    QJsonObject counts = anomalies.value(QLatin1String("counts")).toObject();
    counts.remove(QLatin1String("temporal_anomaly"));
    document.insert(QLatin1String("anomalies"), QJsonObject{{QStringLiteral("counts"), counts}});
    return document;
}

QJsonObject expectedOf(const QString &name)
{
    QFile file(kFolder + name + QLatin1String(".expected.json"));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

Result<std::string> documentOf(const QString &name, const ReplayOptions &options)
{
    std::string document;
    const auto done = replayNdjson(kFolder + name + QLatin1String(".ndjson"), options,
                                   [&document](std::string_view text) { document += text; });
    return done ? Result<std::string>(std::move(document)) : done.error();
}

QJsonObject replayed(const QString &name)
{
    ReplayOptions options;
    options.preset = ReplayPreset::Reference;
    const auto document = documentOf(name, options);
    if (!document) {
        qWarning("%s", qUtf8Printable(document.error().message));
        return {};
    }
    return QJsonDocument::fromJson(QByteArray::fromStdString(*document)).object();
}

} // namespace

class TestReplayVectors : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void vectors_data();
    void vectors();
    void temporalAnomaliesComeClose_data() { vectors_data(); }
    void temporalAnomaliesComeClose();
    void csvOfAQueryEscapes();
    void keysStandInTheVectorsOrder();
};

void TestReplayVectors::vectors_data()
{
    QTest::addColumn<QString>("name");
    const QStringList files = QDir(kFolder).entryList({QStringLiteral("*.ndjson")}, QDir::Files, QDir::Name);
    QVERIFY(files.size() >= 11);
    for (const QString &file : files) {
        const QString name = file.chopped(7);
        QTest::newRow(qPrintable(name)) << name;
    }
}

void TestReplayVectors::vectors()
{
    QFETCH(QString, name);
    const QJsonObject expected = expectedOf(name);
    QVERIFY(!expected.isEmpty());
    const QJsonObject actual = replayed(name);
    QVERIFY(!actual.isEmpty());
    const QStringList wrong = differences(QString(), lawOf(actual), lawOf(expected));
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.mid(0, 20).join(QLatin1Char('\n'))));
    // Not law, but right all the same: when the run began and ended, and what it read.
    for (const char *key : {"start", "end", "events", "controlLines"}) {
        QCOMPARE(actual.value(QLatin1String("run")).toObject().value(QLatin1String(key)),
                 expected.value(QLatin1String("run")).toObject().value(QLatin1String(key)));
    }
}

void TestReplayVectors::temporalAnomaliesComeClose()
{
    QFETCH(QString, name);
    const auto found = [](const QJsonObject &document) {
        return document.value(QLatin1String("anomalies")).toObject().value(QLatin1String("counts")).toObject()
            .value(QLatin1String("temporal_anomaly")).toInt();
    };
    const int expected = found(expectedOf(name));
    const int actual = found(replayed(name));
    QVERIFY2(qAbs(actual - expected) <= 1 + expected / 20,
             qPrintable(QStringLiteral("%1 instead of %2").arg(actual).arg(expected)));
}

void TestReplayVectors::csvOfAQueryEscapes()
{
    const QJsonObject document = replayed(QStringLiteral("csv-and-acknowledging"));
    const QString csv = document.value(QLatin1String("queries")).toArray().first().toObject()
                            .value(QLatin1String("csv")).toString();
    QVERIFY(csv.startsWith(QLatin1String("timestamp,severity,type,title,description,eventType,userId,companyId,"
                                         "ipAddress,userAgent,acknowledged\r\n")));
    QVERIFY(csv.contains(QLatin1String("\"acme, inc\"")));
    QVERIFY(csv.contains(QLatin1String("\"quote\"\"user\"") ) || csv.contains(QLatin1String("quote\"\"user")));
    QVERIFY(csv.contains(QLatin1String("'=HYPERLINK(")));
}

void TestReplayVectors::keysStandInTheVectorsOrder()
{
    ReplayOptions options;
    const auto document = documentOf(QStringLiteral("suppression"), options);
    QVERIFY(document.ok());
    std::size_t at = 0;
    for (const char *key : {"run", "alerts", "notifiedAlerts", "acknowledgements", "anomalies", "metrics", "ipThreats",
                            "csv", "queries", "auditRows", "config"}) {
        const std::size_t found = document->find("\n  \"" + std::string(key) + "\":", at);
        QVERIFY2(found != std::string::npos, key);
        at = found;
    }
}

QTEST_GUILESS_MAIN(TestReplayVectors)
#include "tst_replayvectors.moc"
