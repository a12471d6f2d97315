// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <string>

class QLabel;
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
    explicit MetadataView(QWidget *parent = nullptr);

    /// Shows the text of a JSON object; hidden when there is nothing in it.
    void setMetadata(const std::string &text);
    /// What stands in place of the tree: empty when the tree is there.
    QString note() const;
    QTreeView *tree() const { return m_tree; }

private:
    void showParsed(const ParsedJson &parsed);
    void fitHeight();
    void openMenu(const QPoint &position);
    void copyAll() const;

    std::string m_text;
    quint64 m_generation = 0; ///< So that what was taken apart too late is not shown.
    JsonTreeModel *m_model;
    SectionHeading *m_heading;
    QTreeView *m_tree;
    QLabel *m_note;
};

} // namespace bartizan
