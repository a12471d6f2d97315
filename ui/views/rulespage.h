// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/rulemodel.h"
#include "ui/views/page.h"

#include <QTimer>

class QComboBox;
class QLineEdit;
class QPushButton;

namespace bartizan {

class ConsoleContext;
class ElidedLabel;
class EmptyState;
class HairlineSplitter;
class InlineMessage;
class RuleEditor;
class RulesEdit;
class RulesTable;
class RuleTrialPane;
class StatusGlyph;

/// The rules: which are on, when they fire, what they map to and how often they hit; beside the list the editor of one
/// rule, and what its edits would change before they are saved. Edits of several rules may be open at once and stay
/// until they are saved or discarded. Keeps rule, columns, sorting and splitter in QSettings, group "rules".
/// Thread: GUI.
class RulesPage : public Page {
    Q_OBJECT
public:
    explicit RulesPage(ConsoleContext *context, QWidget *parent = nullptr);
    ~RulesPage() override;

    void activate() override;
    QWidget *initialFocus() override;
    void search(const QString &text) override;
    bool isLoading() const override;
    bool hasEdits() const override;
    void discardEdits() override;

    /// Saves the current rule when it can be saved; what came of it is shown.
    void save();

    RulesTable *table() const { return m_table; }
    RuleEditor *editor() const { return m_editor; }
    RulesEdit *edit() const { return m_edit; }
    RuleTrialPane *trial() const { return m_trial; }
    const RuleModel &model() const { return m_model; }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildHeader();
    QWidget *buildList();
    QWidget *buildSide();
    QWidget *buildRule(QWidget *parent);
    QWidget *buildActionBar();
    void connectParts();
    void connectSession();
    void restore();
    void onOpened();
    void onSettingsChanged();
    void onRuleChosen(RuleId rule);
    void loadHits();
    void loadHitsWhenSeen();
    void showEdits();
    void showSubtitle();
    void showFilter();
    void clearFilter();
    void askPreset(int index);
    void arrange();
    bool canWrite() const;
    RuleId rule() const;

    ConsoleContext *m_context;
    RuleModel m_model;
    RuleFilter m_filter;
    RulesEdit *m_edit;
    QComboBox *m_preset = nullptr;
    QComboBox *m_type = nullptr;
    QLineEdit *m_find = nullptr;
    HairlineSplitter *m_splitter = nullptr;
    RulesTable *m_table = nullptr;
    EmptyState *m_empty = nullptr;
    InlineMessage *m_message = nullptr;
    RuleEditor *m_editor = nullptr;
    RuleTrialPane *m_trial = nullptr;
    StatusGlyph *m_glyph = nullptr;
    ElidedLabel *m_state = nullptr;
    QPushButton *m_discard = nullptr;
    QPushButton *m_save = nullptr;
    QTimer m_hitsTimer;
    bool m_hitsAsked = false;
    bool m_hitsStale = true;
    bool m_sized = false;  ///< A person has moved the splitter.
    quint64 m_saving = 0;  ///< The token of the command under way.
};

} // namespace bartizan
