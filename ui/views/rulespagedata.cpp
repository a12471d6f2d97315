// SPDX-License-Identifier: GPL-3.0-or-later
// What the rules page reads and saves.
#include "ui/views/rulespage.h"

#include "core/engine/session.h"
#include "core/ports/clock.h"
#include "ui/theme/format.h"
#include "ui/views/consolecontext.h"
#include "ui/views/rulesedit.h"
#include "ui/views/rulestable.h"
#include "ui/views/ruletrialpane.h"
#include "ui/widgets/inlinemessage.h"

#include <QComboBox>
#include <QMessageBox>
#include <QPushButton>

namespace bartizan {
namespace {

constexpr int kHitsMs = 5'000; // how often the hits may be counted again while alerts come
constexpr TimestampMs kHitsSpan = 30 * kDay;

} // namespace

void RulesPage::connectSession()
{
    m_hitsTimer.setSingleShot(true);
    m_hitsTimer.setInterval(kHitsMs);
    connect(&m_hitsTimer, &QTimer::timeout, this, &RulesPage::loadHits);
    Session *session = m_context->session();
    connect(session, &Session::opened, this, &RulesPage::onOpened);
    connect(session, &Session::accessChanged, this, &RulesPage::showEdits);
    connect(session, &Session::closed, this, [this] {
        m_saving = 0;
        m_hitsAsked = false;
        m_edit->discardAll();
        m_model.setHits(std::nullopt);
        showEdits();
    });
    connect(session, &Session::settingsChanged, this, &RulesPage::onSettingsChanged);
    connect(session, &Session::commandFailed, this, [this](quint64 token, const Error &error) {
        if (token != m_saving || token == 0)
            return;
        m_saving = 0;
        m_message->setMessage(MessageKind::Error, tr("Not saved. %1").arg(format::singleLine(error.message)),
                              tr("Close"));
        m_message->parentWidget()->show();
        showEdits();
    });
    connect(session, &Session::alertsChanged, this, &RulesPage::loadHitsWhenSeen);
    connect(m_context, &ConsoleContext::ruleRequested, this, [this](RuleId wanted) {
        clearFilter();
        m_table->setCurrentRule(wanted);
        onRuleChosen(wanted);
    });
    connect(m_context, &ConsoleContext::refreshRequested, this, &RulesPage::loadHits);
    connect(m_context, &ConsoleContext::pausedChanged, this, [this](bool paused) {
        if (!paused && m_hitsStale)
            loadHits();
    });
}

bool RulesPage::canWrite() const
{
    const Session *session = m_context->session();
    return session->isOpen() && session->database().refusals.settings.isEmpty();
}

void RulesPage::onOpened()
{
    m_saving = 0;
    m_hitsAsked = false;
    m_hitsStale = true;
    m_message->parentWidget()->hide();
    m_model.setHits(std::nullopt);
    m_edit->discardAll();
    m_edit->rebase(m_context->session()->settings().config);
    if (isVisible())
        loadHits();
}

void RulesPage::activate()
{
    if (m_hitsStale)
        loadHits();
}

bool RulesPage::isLoading() const
{
    return m_hitsAsked || m_trial->isRunning();
}

bool RulesPage::hasEdits() const
{
    return m_edit->editedCount() > 0;
}

void RulesPage::discardEdits()
{
    m_edit->discardAll();
}

void RulesPage::save()
{
    if (!m_save->isEnabled())
        return;
    m_message->parentWidget()->hide();
    m_saving = m_context->session()->updateSettings(m_edit->update(rule()));
    showEdits();
}

void RulesPage::onSettingsChanged()
{
    const MonitoringConfig &now = m_context->session()->settings().config;
    const bool elsewhere = m_saving == 0 && !(now == m_edit->stored());
    const bool saved = m_saving != 0;
    if (saved)
        m_saving = 0;
    const bool conflict = m_edit->rebase(now);
    if (saved && !conflict) {
        m_message->setMessage(MessageKind::Ok, tr("Saved. The running engine follows at once."), tr("Close"));
        m_message->parentWidget()->show();
    } else if (conflict || (elsewhere && hasEdits())) {
        m_message->setMessage(MessageKind::Warning,
                              conflict ? tr("Another console has changed a rule that you are editing. Your edits are "
                                            "kept; saving replaces theirs.")
                                       : tr("Another console has changed the settings. Your edits are kept."),
                              tr("Close"));
        m_message->parentWidget()->show();
    }
    showEdits();
}

void RulesPage::askPreset(int index)
{
    const auto wanted = index == 1 ? Preset::Reference : Preset::Standard;
    m_preset->setCurrentIndex(m_edit->stored().preset == Preset::Reference ? 1 : 0);
    if (wanted == m_edit->stored().preset || !canWrite())
        return;
    const bool reference = wanted == Preset::Reference;
    auto *question = new QMessageBox(QMessageBox::Question, tr("Preset"),
                                     reference ? tr("Switch to the preset “reference”?")
                                               : tr("Switch to the preset “standard”?"),
                                     QMessageBox::NoButton, this);
    question->setTextFormat(Qt::PlainText);
    question->setInformativeText(
        reference ? tr("Only the six reference rules judge from now on, with the windows of the specification and "
                       "suppression by address; the other fourteen are switched off. What you have set for them is "
                       "kept for the way back.")
                  : tr("All twenty rules judge from now on, each with its own settings, and suppression is by what the "
                       "rule counts for."));
    question->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton *yes = question->addButton(tr("Switch"), QMessageBox::AcceptRole);
    question->addButton(tr("Cancel"), QMessageBox::RejectRole);
    connect(yes, &QPushButton::clicked, this, [this, reference] {
        m_saving = m_context->session()->updateSettings(
            {{QStringLiteral("preset"), reference ? QStringLiteral("reference") : QStringLiteral("standard")}});
        showEdits();
    });
    question->open();
}

void RulesPage::loadHitsWhenSeen()
{
    m_hitsStale = true;
    if (isVisible() && !m_context->isPaused() && !m_hitsTimer.isActive())
        m_hitsTimer.start();
}

void RulesPage::loadHits()
{
    QueryService *queries = m_context->session()->queries();
    if (queries == nullptr || m_hitsAsked || !isVisible())
        return;
    m_hitsAsked = true;
    m_hitsStale = false;
    const TimestampMs now = SystemClock().now();
    queries->ruleHits({now - kHitsSpan, std::numeric_limits<TimestampMs>::max()}, this,
                      [this](const Result<std::vector<RuleHits>> &hits) {
                          m_hitsAsked = false;
                          if (!hits) {
                              m_hitsStale = true; // Asked again with the next alert or visit.
                              return;
                          }
                          RuleModel::Hits counts{};
                          for (const RuleHits &entry : *hits) {
                              if (const RuleInfo *known = ruleNamed(entry.rule))
                                  counts[static_cast<std::size_t>(known->id)] = entry.alerts;
                          }
                          m_model.setHits(counts);
                      });
}

} // namespace bartizan
