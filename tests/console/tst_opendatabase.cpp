// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/connectiontester.h"
#include "tests/console/consoletest.h"
#include "tests/console/memorysecrets.h"
#include "ui/views/connectionchecks.h"
#include "ui/views/connectionprofiles.h"
#include "ui/views/mainmenu.h"
#include "ui/views/opendatabasedialog.h"
#include "ui/views/passwords.h"
#include "ui/views/serverform.h"
#include "ui/widgets/inlinemessage.h"

#include <QAbstractButton>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QTest>

using namespace bartizan;

namespace {

const QString kNoKeyring = QStringLiteral("No keyring runs here: the password is asked for each time.");

ConnectionProfile profileOf(const QString &url, const QString &name)
{
    auto profile = ConnectionProfile::fromUrl(url);
    if (!profile)
        qFatal("%s", qPrintable(profile.error().message));
    profile->name = name;
    return *profile;
}

QLineEdit *field(QWidget *in, const char *name)
{
    return in->findChild<QLineEdit *>(QLatin1String(name));
}

} // namespace

/// The dialog that chooses a database, as far as it goes without a server.
class TestOpenDatabase : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ConsoleTest::isolate(); }
    void opensAFile();
    void namesWhatIsWrongWithAFile();
    void makesDuplicatesAndDeletesConnections();
    void saysWhatIsWrongAtTheField();
    void warnsOfWeakerProtection();
    void saysHowItIsWithTheKeyring();
    void showsNoLoadedPasswordToAnotherServer();
    void keepsPasswordsForWhoProvesHisName();
    void saysThatNoServerAnswers();
    void keepsTheFormWholeBesideLongChecks();
    void stopsTrying();
    void keepsNoPasswordInTheConfiguration();
};

void TestOpenDatabase::opensAFile()
{
    ConsoleTest console;
    QVERIFY(console.open());
    console.window->openPath(QStringLiteral("/nowhere/other.db"));
    QTRY_VERIFY_WITH_TIMEOUT(!console.session->isOpen(), kPatienceMs);
    console.window->commands()->openDatabase->trigger();
    auto *dialog = console.window->findChild<OpenDatabaseDialog *>();
    QVERIFY(dialog != nullptr && dialog->isVisible());
    QCOMPARE(field(dialog, "open.path")->text(), console.path());
    QTest::mouseClick(buttonNamed(dialog, QStringLiteral("Open")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(console.session->isOpen(), kPatienceMs);
    QCOMPARE(console.session->database().path, console.path());
}

void TestOpenDatabase::namesWhatIsWrongWithAFile()
{
    ConsoleTest console;
    QDialog *dialog = console.window->openDatabaseDialog();
    QLineEdit *path = field(dialog, "open.path");
    QAbstractButton *open = buttonNamed(dialog, QStringLiteral("Open"));
    const auto said = [&] {
        QTest::mouseClick(open, Qt::LeftButton);
        return path->parentWidget()->findChild<FieldError *>()->text();
    };
    QCOMPARE(said(), QStringLiteral("Name the file to open."));
    path->setText(console.file({}));
    QCOMPARE(said(), QStringLiteral("This is a folder; name a file in it."));
    path->setText(QStringLiteral("/nowhere/audit.db"));
    QCOMPARE(said(), QStringLiteral("There is no file /nowhere/audit.db."));
    QVERIFY(dialog->isVisible());
}

void TestOpenDatabase::makesDuplicatesAndDeletesConnections()
{
    ConsoleTest console;
    MemorySecrets keyring;
    const ConnectionProfile first = profileOf(QStringLiteral("postgresql://anna@db.example/audit"), QStringLiteral("Live"));
    keyring.secrets.insert(connectionprofiles::secretKey(first), QStringLiteral("s"));
    connectionprofiles::save({first});
    Passwords passwords(&keyring);
    OpenDatabaseDialog dialog(first.toUrl(), &passwords);
    dialog.show();
    auto *list = dialog.findChild<QListWidget *>();
    QCOMPARE(list->currentItem()->text(), QStringLiteral("Live"));

    QTest::mouseClick(buttonNamed(&dialog, QStringLiteral("Dupl&icate")), Qt::LeftButton);
    QCOMPARE(list->count(), 3);
    field(&dialog, "connection.name")->setText(QStringLiteral("Test"));
    field(&dialog, "connection.host")->setText(QStringLiteral("test.example"));
    auto kept = connectionprofiles::load();
    QCOMPARE(kept.size(), std::size_t(2));
    QVERIFY(kept.at(0) == first);
    QVERIFY(kept.at(1) == profileOf(QStringLiteral("postgresql://anna@test.example/audit"), QStringLiteral("Test")));
    QCOMPARE(list->item(2)->text(), QStringLiteral("Test"));

    list->setCurrentRow(1);
    QTest::mouseClick(buttonNamed(&dialog, QStringLiteral("De&lete")), Qt::LeftButton);
    QCOMPARE(connectionprofiles::load().size(), std::size_t(2)); // Asked first.
    QAbstractButton *sure = buttonNamed(&dialog, QStringLiteral("Delete it"));
    QVERIFY(sure != nullptr);
    QTest::mouseClick(sure, Qt::LeftButton);
    kept = connectionprofiles::load();
    QCOMPARE(kept.size(), std::size_t(1));
    QCOMPARE(kept.front().name, QStringLiteral("Test"));
    QVERIFY(keyring.secrets.isEmpty());

    QTest::mouseClick(buttonNamed(&dialog, QStringLiteral("&New")), Qt::LeftButton);
    QCOMPARE(list->currentItem()->text(), QStringLiteral("New connection"));
    QCOMPARE(field(&dialog, "connection.host")->text(), QString());
}

void TestOpenDatabase::saysWhatIsWrongAtTheField()
{
    ConsoleTest console;
    connectionprofiles::save({profileOf(QStringLiteral("postgresql://a@h/d"), QStringLiteral("One")),
                              profileOf(QStringLiteral("postgresql://b@h/d"), QStringLiteral("Two"))});
    Passwords passwords(nullptr);
    OpenDatabaseDialog dialog(QStringLiteral("postgresql://b@h/d"), &passwords);
    dialog.show();
    QAbstractButton *connectButton = buttonNamed(&dialog, QStringLiteral("Connect"));
    QVERIFY(connectButton->isEnabled());
    const auto refuses = [&](const char *name, const QString &value, const QString &reason) {
        QLineEdit *edit = field(&dialog, name);
        const QString before = edit->text();
        edit->setText(value);
        const bool refused = !connectButton->isEnabled() && edit->accessibleDescription() == reason;
        edit->setText(before);
        return refused && connectButton->isEnabled();
    };
    QVERIFY(refuses("connection.name", {}, QStringLiteral("Give the connection a name.")));
    QVERIFY(refuses("connection.name", QStringLiteral("One"), QStringLiteral("Another connection has this name.")));
    const QString port = QStringLiteral("A port is a number from 1 to 65535.");
    QVERIFY(refuses("connection.port", QStringLiteral("0"), port));
    QVERIFY(refuses("connection.port", QStringLiteral("65536"), port));
    QVERIFY(refuses("connection.port", QStringLiteral("5432,5433"), port)); // of one server
    QVERIFY(refuses("connection.root", QStringLiteral("/nowhere/root.crt"),
                    QStringLiteral("There is no file /nowhere/root.crt.")));
    // What could not be used was not kept.
    QVERIFY(connectionprofiles::load().at(1) == profileOf(QStringLiteral("postgresql://b@h/d"), QStringLiteral("Two")));
}

void TestOpenDatabase::warnsOfWeakerProtection()
{
    ServerForm form;
    form.setProfile(profileOf(QStringLiteral("postgresql://anna@db.example/audit"), QStringLiteral("Live")));
    form.show();
    auto *tls = form.findChild<QComboBox *>();
    auto *warning = form.findChild<InlineMessage *>();
    QVERIFY(form.profile().tls == TlsMode::VerifyFull);
    QVERIFY(!warning->isVisible());
    for (int weaker = 1; weaker < tls->count(); ++weaker) {
        tls->setCurrentIndex(weaker);
        QVERIFY(warning->isVisible() && warning->kind() == MessageKind::Warning);
    }
    QVERIFY(form.profile().tls == TlsMode::Disable);
    // By the socket of this machine there is nothing to be warned of.
    field(&form, "connection.host")->setText(QStringLiteral("/run/postgresql"));
    QVERIFY(!warning->isVisible() && !tls->isEnabled());
}

void TestOpenDatabase::saysHowItIsWithTheKeyring()
{
    ConsoleTest console;
    MemorySecrets keyring;
    const ConnectionProfile profile = profileOf(QStringLiteral("postgresql://anna@db.example/audit"), QStringLiteral("Live"));
    connectionprofiles::save({profile});
    Passwords passwords(&keyring);
    const auto shown = [&](const std::function<void(OpenDatabaseDialog &)> &look) {
        OpenDatabaseDialog dialog(profile.toUrl(), &passwords);
        dialog.show();
        look(dialog);
    };
    const auto note = [](OpenDatabaseDialog &dialog) {
        return dialog.findChild<QLabel *>(QStringLiteral("connection.keyring"))->text();
    };
    keyring.failure = kNoKeyring;
    shown([&](OpenDatabaseDialog &dialog) {
        QTRY_COMPARE_WITH_TIMEOUT(note(dialog), kNoKeyring, kPatienceMs);
        QVERIFY(!dialog.findChild<QCheckBox *>()->isEnabled());
    });
    keyring.failure.clear();
    keyring.secrets.insert(connectionprofiles::secretKey(profile), QStringLiteral("secret"));
    shown([&](OpenDatabaseDialog &dialog) {
        QTRY_COMPARE_WITH_TIMEOUT(note(dialog), QStringLiteral("The keyring holds this password."), kPatienceMs);
        QCOMPARE(field(&dialog, "connection.password")->text(), QStringLiteral("secret"));
        QCOMPARE(field(&dialog, "connection.password")->echoMode(), QLineEdit::Password);
        QVERIFY(dialog.findChild<QCheckBox *>()->isChecked());
    });
    // One that hangs holds nothing up.
    keyring.silent = true;
    shown([&](OpenDatabaseDialog &dialog) {
        QCOMPARE(note(dialog), QStringLiteral("Asking the keyring…"));
        QVERIFY(buttonNamed(&dialog, QStringLiteral("Connect"))->isEnabled());
    });
}

void TestOpenDatabase::showsNoLoadedPasswordToAnotherServer()
{
    ConsoleTest console;
    MemorySecrets keyring;
    const ConnectionProfile profile = profileOf(QStringLiteral("postgresql://anna@db.example/audit"), QStringLiteral("Live"));
    keyring.secrets.insert(connectionprofiles::secretKey(profile), QStringLiteral("secret"));
    connectionprofiles::save({profile});
    Passwords passwords(&keyring);
    OpenDatabaseDialog dialog(profile.toUrl(), &passwords);
    dialog.show();
    QLineEdit *password = field(&dialog, "connection.password");
    QTRY_COMPARE_WITH_TIMEOUT(password->text(), QStringLiteral("secret"), kPatienceMs);
    field(&dialog, "connection.name")->setText(QStringLiteral("Renamed"));
    QCOMPARE(password->text(), QStringLiteral("secret"));
    field(&dialog, "connection.host")->setText(QStringLiteral("db.example.net"));
    QCOMPARE(password->text(), QString());
}

void TestOpenDatabase::keepsPasswordsForWhoProvesHisName()
{
    const auto key = [](const char *url) {
        return connectionprofiles::secretKey(profileOf(QString::fromLatin1(url), QStringLiteral("Live")));
    };
    const QString proved = key("postgresql://anna@db.example/audit");
    QCOMPARE(proved, QStringLiteral("postgresql://anna@db.example:5432/audit"));
    QCOMPARE(key("postgresql://anna@db.example/audit?sslmode=verify-full&connect_timeout=9"), proved);
    for (const char *other : {"postgresql://anna@db.example/audit?hostaddr=203.0.113.9", "postgresql://anna@db.example/audit?sslmode=require",
                              "postgresql://anna@db.example/audit?sslmode=verify-ca", "postgresql://anna@db.example/audit?sslmode=disable"})
        QVERIFY2(key(other) != proved, other);
    QCOMPARE(key("postgresql://anna@/audit?host=/run&sslmode=disable"), key("postgresql://anna@/audit?host=/run"));
}

void TestOpenDatabase::saysThatNoServerAnswers()
{
    ConsoleTest console;
    const QString url = QStringLiteral("postgresql://anna@/audit?host=") + console.file({});
    connectionprofiles::save({profileOf(url, QStringLiteral("Nobody"))});
    Passwords passwords(nullptr);
    OpenDatabaseDialog dialog(connectionprofiles::load().front().toUrl(), &passwords);
    dialog.show();
    QTest::mouseClick(buttonNamed(&dialog, QStringLiteral("Connect")), Qt::LeftButton);
    QVERIFY(dialog.isTrying());
    QTRY_VERIFY_WITH_TIMEOUT(!dialog.isTrying(), kPatienceMs);
    const auto line = [&](const char *name) {
        return dialog.findChild<QLabel *>(QLatin1String(name))->accessibleName();
    };
    QVERIFY2(line("check.host").startsWith(QStringLiteral("Server: wrong. No server answers")), qPrintable(line("check.host")));
    QVERIFY2(line("check.host").endsWith(QStringLiteral("? Check name, port and firewall, and whether the server runs.")),
             qPrintable(line("check.host")));
    QVERIFY2(line("check.schema").startsWith(QStringLiteral("Schema: not tried")), qPrintable(line("check.schema")));
    QVERIFY(dialog.isVisible());
}

/// What the checks found may be long: the form keeps its height, and what is said below the password can be read.
void TestOpenDatabase::keepsTheFormWholeBesideLongChecks()
{
    connectionprofiles::save({profileOf(QStringLiteral("postgresql://anna@localhost/audit"), QStringLiteral("Local"))});
    Passwords passwords(nullptr);
    OpenDatabaseDialog dialog(connectionprofiles::load().front().toUrl(), &passwords);
    dialog.show();
    auto *hint = dialog.findChild<QLabel *>(QStringLiteral("connection.keyring"));
    QTRY_VERIFY_WITH_TIMEOUT(hint->text().startsWith(QLatin1String("No keyring is used: ")), kPatienceMs);
    DatabaseReport report;
    ConnectionReport &found = report.connection;
    for (ConnectionCheck *check : {&found.host, &found.tls, &found.password, &found.privileges, &found.schema, &report.auditLog})
        *check = {ConnectionCheck::State::Bad, QStringLiteral("Found something to say about it, at length. ").repeated(5)};
    dialog.findChild<ConnectionChecks *>()->setReport(report);
    dialog.findChild<InlineMessage *>()->setMessage(MessageKind::Error, QStringLiteral("This connection cannot be opened."));
    QCoreApplication::processEvents();
    const QLineEdit *password = field(&dialog, "connection.password");
    QVERIFY2(hint->height() >= hint->heightForWidth(hint->width()), qPrintable(QString::number(hint->height())));
    QVERIFY(hint->y() > password->geometry().bottom() + 1);
    const QWidget *form = hint->parentWidget();
    QVERIFY(form->rect().contains(hint->geometry()));
    // All of what was found can be reached.
    auto *scroll = dialog.findChild<QScrollArea *>();
    QVERIFY(scroll->verticalScrollBar()->maximum() > 0 && scroll->horizontalScrollBar()->maximum() == 0);
}

void TestOpenDatabase::stopsTrying()
{
    ConsoleTest console;
    // An address of nobody (RFC 5737): packets to it get lost or are refused.
    const QString url = QStringLiteral("postgresql://anna@192.0.2.1/audit");
    connectionprofiles::save({profileOf(url, QStringLiteral("Far"))});
    Passwords passwords(nullptr);
    OpenDatabaseDialog dialog(url, &passwords);
    dialog.show();
    QTest::mouseClick(buttonNamed(&dialog, QStringLiteral("&Test connection")), Qt::LeftButton);
    QVERIFY(dialog.isTrying());
    QTest::mouseClick(buttonNamed(&dialog, QStringLiteral("S&top")), Qt::LeftButton);
    QVERIFY(!dialog.isTrying());
    QVERIFY(buttonNamed(&dialog, QStringLiteral("Connect"))->isEnabled());
}

void TestOpenDatabase::keepsNoPasswordInTheConfiguration()
{
    ConsoleTest console;
    const QString url = QStringLiteral("postgresql://anna@/audit?host=") + console.file({});
    connectionprofiles::save({profileOf(url, QStringLiteral("Nobody"))});
    MemorySecrets keyring;
    Passwords passwords(&keyring);
    OpenDatabaseDialog dialog(connectionprofiles::load().front().toUrl(), &passwords);
    dialog.show();
    QTest::keyClicks(field(&dialog, "connection.password"), QStringLiteral("correct horse"));
    field(&dialog, "connection.user")->setText(QStringLiteral("berta"));
    QSettings kept;
    kept.sync();
    QFile file(kept.fileName());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY(text.contains("berta"));
    QVERIFY(!text.contains("correct horse") && !text.contains("correct%20horse"));
    // A configuration into which somebody wrote one is not used.
    kept.setValue(QStringLiteral("connections/1/url"), QStringLiteral("postgresql://anna:pw@h/d"));
    QVERIFY(connectionprofiles::load().empty());
}

QTEST_MAIN(TestOpenDatabase)
#include "tst_opendatabase.moc"
