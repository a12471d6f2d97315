// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filter.h"

#include <QWidget>

#include <optional>
#include <string>

class QLabel;
class QMenu;
class QModelIndex;
class QTreeView;

namespace bartizan {

class JsonTreeModel;
class SectionHeading;
struct ParsedJson;

/// Metadata as a tree that is as high as what is open in it. Large metadata are taken apart on another thread, and
/// copying always copies the whole text as it is stored. Thread: GUI.
class MetadataView : public QWidget {
    Q_OBJECT
public:
    /// `subject`: whose metadata they are, in which the values are offered as filters; nullopt: nothing is offered.
    explicit MetadataView(std::optional<FilterSubject> subject = {}, QWidget *parent = nullptr);

    /// Shows the text of a JSON object; hidden when there is nothing in it.
    void setMetadata(const std::string &text);
    /// What stands in place of the tree: empty when the tree is there.
    QString note() const;
    QTreeView *tree() const { return m_tree; }

Q_SIGNALS:
    /// "Only" or "Not" was chosen.
    void narrowed(const bartizan::FilterTerm &term);

private:
    void addFiltersTo(QMenu *menu, const QModelIndex &index);
    void showParsed(const ParsedJson &parsed);
    void fitHeight();
    void openMenu(const QPoint &position);
    void copyAll() const;

    std::optional<FilterSubject> m_subject;
    std::string m_text;
    quint64 m_generation = 0; ///< So that what was taken apart too late is not shown.
    JsonTreeModel *m_model;
    SectionHeading *m_heading;
    QTreeView *m_tree;
    QLabel *m_note;
};

} // namespace bartizan
