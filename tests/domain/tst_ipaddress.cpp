// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/ipaddress.h"

#include <QtTest>

using namespace bartizan;

class TestIpAddress : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void canonicalText_data();
    void canonicalText();
    void refuses_data();
    void refuses();
    void scope_data();
    void scope();
    void embeddedNulIsRefused();
};

void TestIpAddress::canonicalText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("canonical");
    QTest::addColumn<bool>("v6");
    const auto row = [](const char *text, const char *canonical, bool v6) {
        QTest::newRow(text) << QByteArray(text) << QByteArray(canonical) << v6;
    };
    row("203.0.113.9", "203.0.113.9", false);
    row("0.0.0.0", "0.0.0.0", false);
    row("255.255.255.255", "255.255.255.255", false);
    row("::ffff:192.0.2.1", "192.0.2.1", false);
    row("::FFFF:C000:0201", "192.0.2.1", false);
    row("0:0:0:0:0:ffff:10.1.2.3", "10.1.2.3", false);
    row("2001:DB8:0:0:0:0:0:1", "2001:db8::1", true);
    row("2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1", true);
    row("::", "::", true);
    row("::1", "::1", true);
    row("fe80::1%eth0", "fe80::1%eth0", true);
    row("FE80::A%wlp2s0.1", "fe80::a%wlp2s0.1", true);
    row("::ffff:192.0.2.1%eth0", "192.0.2.1", false);
}

void TestIpAddress::canonicalText()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, canonical);
    QFETCH(bool, v6);
    const auto address = IpAddress::parse(text.toStdString());
    QVERIFY(address.has_value());
    QCOMPARE(QByteArray::fromStdString(address->text()), canonical);
    QCOMPARE(address->isV6(), v6);
    // The canonical text stands for itself.
    QVERIFY(IpAddress::parse(address->text()) == address);
    QCOMPARE(isCanonicalIpv4(text.toStdString()), !v6 && text == canonical);
    QCOMPARE(canonicalIp(text.toStdString()).value(), canonical.toStdString());
}

void TestIpAddress::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"", " ", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4/24",
                             "1.2.3.4:22", "[::1]", "::1/64", "10.1", "0x7f.0.0.1", "1.2.3.-4", "localhost", "UNKNOWN",
                             ":::", "1::2::3", "12345::", "fe80::1%", "fe80::1%a b", "fe80::1%<b>", "1.2.3.4%eth0",
                             "2001:db8::1:2:3:4:5:6:7", "'; DROP TABLE alerts; --", "１.2.3.4"})
        QTest::newRow(qPrintable(QStringLiteral("'%1'").arg(QString::fromUtf8(text)))) << QByteArray(text);
    QTest::newRow("very long") << QByteArray(100000, '1');
    QTest::newRow("very long zone") << QByteArray("fe80::1%" + QByteArray(1000, 'e'));
}

void TestIpAddress::refuses()
{
    QFETCH(QByteArray, text);
    QVERIFY(!IpAddress::parse(text.toStdString()));
    QVERIFY(!canonicalIp(text.toStdString()));
    QVERIFY(!isCanonicalIpv4(text.toStdString()));
}

void TestIpAddress::embeddedNulIsRefused()
{
    QVERIFY(!IpAddress::parse(std::string_view("192.0.2.1\0x", 11)));
}

void TestIpAddress::scope_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("scope");
    const auto row = [](const char *text, IpScope scope) {
        QTest::newRow(text) << QByteArray(text) << static_cast<int>(scope);
    };
    row("8.8.8.8", IpScope::Public);
    row("181.25.206.27", IpScope::Public);
    row("172.15.255.255", IpScope::Public);
    row("172.16.0.0", IpScope::Private);
    row("172.31.255.255", IpScope::Private);
    row("172.32.0.0", IpScope::Public);
    row("10.255.0.1", IpScope::Private);
    row("192.168.4.4", IpScope::Private);
    row("100.64.0.1", IpScope::Private);
    row("100.63.255.255", IpScope::Public);
    row("100.128.0.0", IpScope::Public);
    row("127.0.0.53", IpScope::Loopback);
    row("169.254.1.1", IpScope::LinkLocal);
    row("198.51.100.7", IpScope::Documentation);
    row("198.19.255.255", IpScope::Reserved);
    row("198.20.0.0", IpScope::Public);
    row("224.0.0.1", IpScope::Multicast);
    row("239.255.255.255", IpScope::Multicast);
    row("240.0.0.1", IpScope::Reserved);
    row("192.88.99.1", IpScope::Reserved);
    row("192.88.100.1", IpScope::Public);
    row("2001:2::1", IpScope::Reserved);
    row("2001:2:1::1", IpScope::Public);
    row("2001:20::1", IpScope::Reserved);
    row("2001:2f:ffff::1", IpScope::Reserved);
    row("2001:30::1", IpScope::Public);
    row("2002:c000:201::1", IpScope::Documentation); // Around 192.0.2.1
    row("2002:a00:1::1", IpScope::Private);          // Around 10.0.0.1
    row("2002:808:808::1", IpScope::Public);
    row("64:ff9b::10.0.0.1", IpScope::Private);
    row("64:ff9b::127.0.0.1", IpScope::Loopback);
    row("64:ff9b::8.8.8.8", IpScope::Public);
    row("64:ff9b:1::1", IpScope::Private);
    row("0.1.2.3", IpScope::Unspecified);
    row("::", IpScope::Unspecified);
    row("::1", IpScope::Loopback);
    row("::2", IpScope::Reserved);
    row("2a00:1450::1", IpScope::Public);
    row("2001:db8:ffff::1", IpScope::Documentation);
    row("2001:db9::1", IpScope::Public);
    row("3fff:fff::1", IpScope::Documentation);
    row("3fff:1000::1", IpScope::Public);
    row("fd12::1", IpScope::Private);
    row("fe80::1", IpScope::LinkLocal);
    row("febf::1", IpScope::LinkLocal);
    row("fec0::1", IpScope::Reserved);
    row("ff02::1", IpScope::Multicast);
    row("::ffff:10.0.0.1", IpScope::Private);
}

void TestIpAddress::scope()
{
    QFETCH(QByteArray, text);
    QFETCH(int, scope);
    QCOMPARE(static_cast<int>(IpAddress::parse(text.toStdString()).value().scope()), scope);
}

QTEST_GUILESS_MAIN(TestIpAddress)
#include "tst_ipaddress.moc"
