// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/viewfixture.h"
#include "ui/theme/fonts.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/views/nearmisspane.h"
#include "ui/views/ruleeditor.h"
#include "ui/views/rulesedit.h"
#include "ui/views/rulespage.h"
#include "ui/views/rulestable.h"
#include "ui/views/ruletrialpane.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/segmentedcontrol.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QTableView>
#include <QtMath>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

template<typename Button = QAbstractButton>
Button *buttonSaying(QWidget &in, const QString &text)
{
    const auto buttons = in.findChildren<Button *>();
    for (Button *button : buttons) {
        if (button->text() == text && button->isVisibleTo(&in))
            return button;
    }
    return nullptr;
}

bool says(const RulesPage &page, const QString &text)
{
    const auto messages = page.findChildren<InlineMessage *>();
    return std::any_of(messages.begin(), messages.end(), [&text](InlineMessage *message) {
        return message->isVisible() && message->text().contains(text);
    });
}

/// The words, numbers and units of the sentence of the rule that is shown.
QList<QWidget *> partsOfSentence(const RuleEditor &editor)
{
    QList<QWidget *> parts;
    for (QSpinBox *number : editor.findChildren<QSpinBox *>()) {
        QWidget *field = number->parentWidget();
        if (parts.isEmpty())
            parts = field->parentWidget()->findChildren<QWidget *>(Qt::FindDirectChildrenOnly);
        parts.removeOne(field);
        parts += field->findChildren<QWidget *>(Qt::FindDirectChildrenOnly);
    }
    parts.removeIf([](const QWidget *part) { // What names a box for screen readers alone.
        const auto *label = qobject_cast<const QLabel *>(part);
        return label != nullptr && label->buddy() != nullptr && label->isHidden();
    });
    return parts;
}

/// Those parts that are cut, or lie on another; empty when all can be read.
QStringList misplaced(const RuleEditor &editor)
{
    QStringList found;
    QList<QRect> places;
    for (const QWidget *part : partsOfSentence(editor)) {
        const auto *label = qobject_cast<const QLabel *>(part);
        const QString name = label != nullptr ? label->text() : part->accessibleName();
        const QRect place(part->mapTo(&editor, QPoint()), part->size());
        const int wanted = label != nullptr ? label->sizeHint().width() : part->minimumWidth();
        const bool whole = part->isVisible() && editor.rect().contains(place)
            && part->parentWidget()->rect().contains(part->geometry()) && part->width() >= wanted;
        if (!whole || std::any_of(places.begin(), places.end(), [&](const QRect &other) { return other.intersects(place); }))
            found.append(QStringLiteral("%1 at %2,%3, %4 wide").arg(name).arg(place.x()).arg(place.y()).arg(place.width()));
        places.append(place);
    }
    return found;
}

} // namespace

/// The rules page over a real database: list, editor, saving, trying, and what keeps edits from getting lost.
class TestRulesPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void listsEveryRule();
    void editsAndSavesOneRule();
    void explainsAValueOutOfRange();
    void switchesByKeyboardAndByClick();
    void everyNumberOfEveryRuleCanBeSaved();
    void keepsEditsWhenAnotherConsoleSaves();
    void switchesThePresetAfterAQuestion();
    void filtersTheList();
    void nearMissesKeepTheirNumber_data();
    void nearMissesKeepTheirNumber();
    void nearMissesStayAsTheyWereSized();
    void triesTheEditsBeforeTheyAreSaved();
    void cancelsATrial();
    void countsHits();
    void keepsRuleAndColumns();
    void layoutFollowsTheWidth();
    void theSentenceFitsAnyWindow_data();
    void theSentenceFitsAnyWindow();
    void everythingHasAName();

private:
    static void choose(RulesPage &page, RuleId rule)
    {
        QVERIFY(page.table()->setCurrentRule(rule));
        QVERIFY(page.editor()->rule() == rule);
    }
    static QSpinBox *number(RulesPage &page, const QString &key = QStringLiteral("threshold"))
    {
        return page.editor()->findChild<QSpinBox *>(key);
    }
};

void TestRulesPage::listsEveryRule()
{
    ViewFixture fixture;
    QVERIFY(fixture.open());
    RulesPage page(&fixture.context());
    showPage(page);
    QCOMPARE(page.table()->model()->rowCount(), 20);
    for (const RuleInfo &rule : ruleCatalog()) {
        choose(page, rule.id);
        QVERIFY(page.editor()->rule() == rule.id);
        QVERIFY(page.editor()->error().isEmpty());
        QVERIFY(!page.hasEdits());
    }
}

void TestRulesPage::editsAndSavesOneRule()
{
    ViewFixture fixture;
    QVERIFY(fixture.open());
    RulesPage page(&fixture.context());
    showPage(page);
    choose(page, RuleId::AccountEnumeration);
    auto *save = buttonSaying(page, QStringLiteral("Save rule"));
    QVERIFY(save != nullptr && !save->isEnabled());
    number(page)->setValue(6);
    number(page, QStringLiteral("windowSeconds"))->setValue(60); // minutes, as the standard is shown
    QVERIFY(page.hasEdits() && save->isEnabled());
    const auto labels = page.editor()->findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](QLabel *label) {
        return label->isVisible() && label->text().startsWith(QStringLiteral("Saved: 5 account"));
    }));
    choose(page, RuleId::RateLimit); // The edits of the first stay, and are not saved with the second.
    number(page)->setValue(12);
    QTest::mouseClick(buttonSaying(page, QStringLiteral("Save rule")), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.session().settings().config.thresholds.rateLimitViolationsPerMinute, 12, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(says(page, QStringLiteral("Saved")), kPatience);
    QCOMPARE(fixture.session().settings().config.value(RuleId::AccountEnumeration, 0), 5);
    choose(page, RuleId::AccountEnumeration);
    QCOMPARE(number(page)->value(), 6);
    page.save();
    QTRY_COMPARE_WITH_TIMEOUT(fixture.session().settings().config.value(RuleId::AccountEnumeration, 0), 6, kPatience);
    QCOMPARE(fixture.session().settings().config.value(RuleId::AccountEnumeration, 1), 3600);
    QTRY_VERIFY_WITH_TIMEOUT(!page.hasEdits(), kPatience);
}

void TestRulesPage::explainsAValueOutOfRange()
{
    ViewFixture fixture;
    QVERIFY(fixture.open());
    RulesPage page(&fixture.context());
    showPage(page);
    choose(page, RuleId::BruteForce);
    number(page)->setValue(101);
    QVERIFY(page.editor()->error().contains(QStringLiteral("1 to 100")));
    QVERIFY(!buttonSaying(page, QStringLiteral("Save rule"))->isEnabled());
    QVERIFY(!buttonSaying(*page.trial(), QStringLiteral("Try it"))->isEnabled());
    page.save();
    number(page)->setValue(100);
    QVERIFY(page.editor()->error().isEmpty());
    number(page, QStringLiteral("windowSeconds"))->setValue(0);
    QVERIFY(page.editor()->error().contains(QStringLiteral("10 s to 1 d")));
    page.discardEdits();
    QVERIFY(page.editor()->error().isEmpty());
    QCOMPARE(number(page)->value(), 5);
    QCOMPARE(fixture.session().settings().config, MonitoringConfig());
}

void TestRulesPage::switchesByKeyboardAndByClick()
{
    ViewFixture fixture;
    QVERIFY(fixture.open());
    RulesPage page(&fixture.context());
    showPage(page);
    choose(page, RuleId::CsrfAttack);
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_Space);
    QVERIFY(!page.edit()->draft().isOn(RuleId::CsrfAttack));
    QVERIFY(fixture.session().settings().config.isOn(RuleId::CsrfAttack)); // Not before it is saved.
    page.save();
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.session().settings().config.isOn(RuleId::CsrfAttack), kPatience);
    QCOMPARE(fixture.session().engineStatus().rulesOn, 19);
    const QRect cell = page.table()->visualRect(page.table()->currentIndex().siblingAtColumn(RuleModel::OnColumn));
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cell.center());
    QVERIFY(page.edit()->draft().isOn(RuleId::CsrfAttack));
    QVERIFY(page.editor()->findChild<QCheckBox *>()->isChecked());
}

/// Whatever can be edited arrives in the settings under its own key.
void TestRulesPage::everyNumberOfEveryRuleCanBeSaved()
{
    ViewFixture fixture;
    QVERIFY(fixture.open());
    for (const RuleInfo &rule : ruleCatalog()) {
        RulesEdit edit;
        edit.rebase({});
        for (std::size_t i = 0; i < rule.parameters().size(); ++i)
            edit.setValue(rule.id, i, rule.parameters()[i].standard + 1);
        edit.setEnabled(rule.id, false);
        const auto saved = merged({}, edit.update(rule.id));
        QVERIFY2(saved.ok(), qPrintable(rule.name()));
        QCOMPARE(*saved, edit.draft());
        QVERIFY(!saved->isOn(rule.id));
    }
}

void TestRulesPage::keepsEditsWhenAnotherConsoleSaves()
{
    ViewFixture fixture;
    QVERIFY(fixture.open());
    RulesPage page(&fixture.context());
    showPage(page);
    choose(page, RuleId::BruteForce);
    number(page)->setValue(9);
    QVERIFY(fixture.store().updateSettings({{QStringLiteral("thresholds"),
                                             QJsonObject{{QStringLiteral("failedLoginsPerMinute"), 7}}}},
                                           {}, "l.meyer", 1'700'000'000'000).ok());
    QTRY_COMPARE_WITH_TIMEOUT(page.edit()->stored().thresholds.failedLoginsPerMinute, 7, kPatience);
    QCOMPARE(number(page)->value(), 9);
    QVERIFY(says(page, QStringLiteral("Another console")));
    QTest::mouseClick(buttonSaying(page, QStringLiteral("Discard")), Qt::LeftButton);
    QCOMPARE(number(page)->value(), 7);
}

void TestRulesPage::switchesThePresetAfterAQuestion()
{
    ViewFixture fixture;
    QVERIFY(fixture.open());
    RulesPage page(&fixture.context());
    showPage(page);
    auto *preset = page.findChild<QComboBox *>();
    QCOMPARE(preset->accessibleName(), QStringLiteral("Preset"));
    preset->setCurrentIndex(1);
    Q_EMIT preset->activated(1);
    auto *question = page.findChild<QMessageBox *>();
    QVERIFY(question != nullptr);
    QVERIFY(fixture.session().settings().config.preset == Preset::Standard);
    QTest::mouseClick(buttonSaying(*question, QStringLiteral("Switch")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(fixture.session().settings().config.preset == Preset::Reference, kPatience);
    QCOMPARE(fixture.session().engineStatus().rulesOn, 6);
    choose(page, RuleId::CsrfAttack);
    QVERIFY(!number(page)->isEnabled());
    QVERIFY(says(page, QStringLiteral("has this rule switched off")));
    choose(page, RuleId::BruteForce);
    QVERIFY(number(page)->isEnabled());
    QVERIFY(!number(page, QStringLiteral("windowSeconds"))->isEnabled());
}

void TestRulesPage::filtersTheList()
{
    ViewFixture fixture;
    QVERIFY(fixture.open());
    RulesPage page(&fixture.context());
    showPage(page);
    page.search(QStringLiteral("T1110"));
    QCOMPARE(page.table()->model()->rowCount(), 4);
    page.search(QStringLiteral("no such rule"));
    QCOMPARE(page.table()->model()->rowCount(), 0);
    QTest::mouseClick(buttonSaying(page, QStringLiteral("Show all rules")), Qt::LeftButton);
    QCOMPARE(page.table()->model()->rowCount(), 20);
}

void TestRulesPage::triesTheEditsBeforeTheyAreSaved()
{
    ViewFixture fixture;
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 5; ++i) {
        rows.push_back(fixture.event(0));
        rows.back().timestamp += i * kSecond;
        rows.push_back(rows.back());
        rows.back().context.ipAddress = "198.51.100.7";
        rows.back().timestamp += kHour;
    }
    rows.pop_back(); // Four failures of the second address, five of the first.
    fixture.append(rows);
    QVERIFY(fixture.open());
    RulesPage page(&fixture.context());
    showPage(page);
    choose(page, RuleId::BruteForce);
    number(page)->setValue(4);
    QTest::mouseClick(buttonSaying(*page.trial(), QStringLiteral("Try it")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    const TrialModel &model = page.trial()->model();
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(0, TrialModel::ChangeColumn).data().toString(), QStringLiteral("Gained"));
    QCOMPARE(model.index(0, TrialModel::GroupColumn).data().toString(), QStringLiteral("198.51.100.7"));
    QCOMPARE(model.index(1, TrialModel::ChangeColumn).data().toString(), QStringLiteral("Same"));
    QVERIFY(says(page, QStringLiteral("Loses no alert")));
    page.resize(1024, 440); // As low as the window gets: what has no room is scrolled to, not cut.
    const QList<InlineMessage *> messages = page.trial()->findChildren<InlineMessage *>();
    const auto answer = std::find_if(messages.begin(), messages.end(), [](auto *message) { return message->isVisible(); });
    QVERIFY(answer != messages.end());
    QTRY_VERIFY(page.trial()->height() >= page.trial()->minimumSizeHint().height());
    page.findChild<QScrollArea *>()->ensureWidgetVisible(*answer);
    QCOMPARE((*answer)->visibleRegion().boundingRect(), (*answer)->rect());
    QVERIFY(page.hasEdits()); // Nothing is saved by it.
    number(page)->setValue(3);
    QVERIFY(says(page, QStringLiteral("changed since")));
    QTest::mouseClick(buttonSaying(*page.trial(), QStringLiteral("Close")), Qt::LeftButton);
    QVERIFY(page.trial()->nearMisses()->isVisible());
    QCOMPARE(fixture.session().settings().config, MonitoringConfig());
}

void TestRulesPage::cancelsATrial()
{
    ViewFixture fixture;
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 30'000; ++i)
        rows.push_back(fixture.event(i % 3'600));
    fixture.append(rows);
    QVERIFY(fixture.open());
    RulesPage page(&fixture.context());
    showPage(page);
    page.trial()->tryIt();
    QVERIFY(page.trial()->isRunning());
    page.trial()->cancel();
    QTRY_VERIFY_WITH_TIMEOUT(!page.trial()->isRunning(), kPatience);
    page.trial()->tryIt();
    choose(page, RuleId::RateLimit); // Another rule: the trial is of no interest any more.
    QVERIFY(!page.trial()->isRunning());
    page.trial()->tryIt();
    fixture.session().close();
    QVERIFY(!page.trial()->isRunning());
    QVERIFY(!buttonSaying(*page.trial(), QStringLiteral("Try it"))->isEnabled());
}

void TestRulesPage::countsHits()
{
    ViewFixture fixture;
    auto alerts = fixture.alerts(0, 3);
    for (SecurityAlert &alert : alerts)
        alert.rule = "account-enumeration";
    alerts[2].timestamp -= 40 * kDay;
    fixture.commit(alerts);
    QVERIFY(fixture.open());
    RulesPage page(&fixture.context());
    showPage(page);
    const auto hits = [&page] {
        return page.model().index(static_cast<int>(RuleId::AccountEnumeration), RuleModel::HitsColumn).data().toString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(hits(), QStringLiteral("2"), kPatience);
    auto more = fixture.alerts(7, 1);
    more[0].rule = "account-enumeration";
    fixture.commit(more);
    QTRY_COMPARE_WITH_TIMEOUT(hits(), QStringLiteral("3"), kPatience);
}

void TestRulesPage::keepsRuleAndColumns()
{
    ViewFixture fixture;
    QVERIFY(fixture.open());
    {
        RulesPage page(&fixture.context());
        showPage(page);
        choose(page, RuleId::MassGrant);
        page.table()->horizontalHeader()->resizeSection(RuleModel::FiresColumn, 211);
        page.table()->sortByColumn(RuleModel::SeverityColumn, Qt::DescendingOrder);
        page.trial()->setDays(14);
    }
    RulesPage page(&fixture.context());
    showPage(page);
    QVERIFY(page.editor()->rule() == RuleId::MassGrant);
    QCOMPARE(page.table()->columnWidth(RuleModel::FiresColumn), 211);
    QCOMPARE(page.table()->horizontalHeader()->sortIndicatorSection(), int(RuleModel::SeverityColumn));
    QCOMPARE(page.table()->model()->index(0, 0).data(RuleModel::SeverityRole).toInt(), int(AlertSeverity::Critical));
    QCOMPARE(page.trial()->days(), 14);
    QSettings().clear();
}

void TestRulesPage::layoutFollowsTheWidth()
{
    ViewFixture fixture;
    QVERIFY(fixture.open());
    RulesPage page(&fixture.context());
    showPage(page, {1368, 828});
    QCOMPARE(page.editor()->parentWidget()->width(), 600);
    QVERIFY(!page.table()->isColumnHidden(RuleModel::TechniqueColumn));
    page.resize(1208, 728); // of a window of 1280
    QTRY_COMPARE(page.table()->parentWidget()->width(), 640);
    QVERIFY(page.table()->isColumnHidden(RuleModel::TechniqueColumn));
    page.resize(1848, 1008);
    QTRY_COMPARE(page.editor()->parentWidget()->width(), 600);
    int used = 0;
    for (int column = 0; column < RuleModel::ColumnCount; ++column)
        used += page.table()->columnWidth(column);
    QCOMPARE(used, page.table()->viewport()->width());
}

void TestRulesPage::theSentenceFitsAnyWindow_data()
{
    QTest::addColumn<int>("width");
    QTest::newRow("window of 1024") << 976;
    QTest::newRow("window of 1100") << 1028;
    QTest::newRow("window of 1280") << 1208;
    QTest::newRow("window of 1440") << 1368;
}

void TestRulesPage::theSentenceFitsAnyWindow()
{
    QFETCH(int, width);
    ViewFixture fixture;
    QVERIFY(fixture.open());
    RulesPage page(&fixture.context());
    showPage(page, {width, 828});
    for (const RuleInfo &rule : ruleCatalog()) {
        choose(page, rule.id);
        QTRY_COMPARE(misplaced(*page.editor()).join(QStringLiteral(" | ")), QString());
        QCOMPARE(partsOfSentence(*page.editor()).isEmpty(), rule.parameters().empty());
    }
}

void TestRulesPage::everythingHasAName()
{
    ViewFixture fixture;
    QVERIFY(fixture.open());
    RulesPage page(&fixture.context());
    showPage(page);
    for (const RuleInfo &rule : ruleCatalog()) {
        choose(page, rule.id);
        QCOMPARE(namelessControls(page), QStringList());
        QCOMPARE(markupLabels(page), QStringList());
    }
}

void TestRulesPage::nearMissesKeepTheirNumber_data()
{
    QTest::addColumn<int>("width"); // As wide as the pane gets in such a window.
    QTest::addColumn<bool>("barsFit");
    QTest::newRow("1024") << 420 << false;
    QTest::newRow("wide") << 760 << true;
}

/// How close somebody is stands there in full, whatever else must give way: the bar first.
void TestRulesPage::nearMissesKeepTheirNumber()
{
    QFETCH(int, width);
    QFETCH(bool, barsFit);
    ViewFixture fixture;
    QVERIFY(fixture.open());
    NearMissPane pane(&fixture.context());
    pane.resize(width, 240);
    pane.show();
    const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
    std::vector<NearMiss> misses{
        {RuleId::BruteForce, GroupKind::Address, "203.0.113.210", 4, 5, now, now + kHour},
        {RuleId::MassDataAccess, GroupKind::User, "p.king", 1'482, 2'000, now, now + kHour},
        {RuleId::AdminActivity, GroupKind::User, "m.okafor", 24, 25, now, now + kHour}};
    for (int i = 0; i < 12; ++i) // More than fit, so that the list scrolls.
        misses.push_back({RuleId::BruteForce, GroupKind::Address, "198.51.100." + std::to_string(i), 3, 5, now, now + kHour});
    Q_EMIT fixture.session().nearMissesChanged(misses);
    QCOMPARE(pane.model().rowCount(), 15);
    QTRY_VERIFY_WITH_TIMEOUT(pane.table()->verticalScrollBar()->isVisible(), kPatience);
    const QTableView *table = pane.table();
    const QImage picture = table->viewport()->grab().toImage();
    for (int row = 0; row < pane.model().rowCount(); ++row) {
        const QModelIndex index = pane.model().index(row, NearMissModel::CountColumn);
        const QRect content = table->visualRect(index).adjusted(measure::kCellPadding, 0, -measure::kCellPadding, 0);
        const int text = qCeil(tabulartext::width(fonts::body(), index.data().toString()));
        QVERIFY2(text <= content.width(), qPrintable(index.data().toString()));
        QVERIFY(content.left() >= 0 && content.left() + text <= table->viewport()->width());
        if (row > 2)
            continue; // Out of the picture, perhaps.
        bool hasBar = false;
        for (int x = content.left(); x <= content.right(); ++x)
            hasBar = hasBar || picture.pixelColor(x, content.center().y()) == Theme::current().series[0];
        QCOMPARE(hasBar, barsFit);
    }
}

/// Whoever makes room for a long name keeps it; the columns that nobody has sized give way as before.
void TestRulesPage::nearMissesStayAsTheyWereSized()
{
    ViewFixture fixture;
    QVERIFY(fixture.open());
    NearMissPane pane(&fixture.context());
    pane.resize(760, 240);
    pane.show();
    const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
    const std::vector<NearMiss> misses{
        {RuleId::BruteForce, GroupKind::Address, "2001:db8:85a3:8d3:1319:8a2e:370:7348", 4, 5, now, now + kHour},
        {RuleId::MassDataAccess, GroupKind::User, "p.king", 1'482, 2'000, now, now + kHour}};
    Q_EMIT fixture.session().nearMissesChanged(misses);
    const QTableView *table = pane.table();
    QHeaderView *header = table->horizontalHeader();
    const int rule = table->columnWidth(NearMissModel::RuleColumn);
    header->resizeSection(NearMissModel::GroupColumn, 300);
    header->resizeSection(NearMissModel::LeftColumn, 80);
    const auto areAsSized = [table] {
        return table->columnWidth(NearMissModel::GroupColumn) == 300 && table->columnWidth(NearMissModel::LeftColumn) == 80;
    };
    QVERIFY(areAsSized());
    Q_EMIT fixture.session().nearMissesChanged(misses); // As with every second of the countdown.
    QVERIFY(areAsSized());
    Q_EMIT fixture.session().nearMissesChanged(
        {{RuleId::MassDataAccess, GroupKind::User, "p.king", 1'234'567, 2'000'000, now, now + kHour}});
    QVERIFY(areAsSized());
    pane.resize(480, 240);
    QVERIFY(areAsSized());
    QVERIFY(table->isColumnHidden(NearMissModel::RuleColumn));
    pane.resize(1000, 240);
    QVERIFY(areAsSized());
    QCoreApplication::processEvents();
    QCOMPARE(table->columnWidth(NearMissModel::RuleColumn), rule);
    // Nobody has sized that one, though it came and went.
    pane.resize(480, 240);
    QCoreApplication::processEvents();
    QVERIFY(table->isColumnHidden(NearMissModel::RuleColumn));
    pane.resize(1000, 240);
    // One that was sized comes back as it was when all rules are shown again.
    header->resizeSection(NearMissModel::RuleColumn, 50);
    auto *scope = pane.findChild<SegmentedControl *>();
    QTest::mouseClick(scope->segment(1), Qt::LeftButton);
    QVERIFY(table->isColumnHidden(NearMissModel::RuleColumn));
    QTest::mouseClick(scope->segment(0), Qt::LeftButton);
    QCOMPARE(table->columnWidth(NearMissModel::RuleColumn), 50);
    QVERIFY(areAsSized());
}

QTEST_MAIN(TestRulesPage)
#include "tst_rulespage.moc"
